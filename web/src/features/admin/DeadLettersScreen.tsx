import { Badge, Button, Card, Code, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  DEAD_LETTERS_KEY,
  type DeadLetter,
  deadLetterBodyQuery,
  deadLettersQuery,
  dismissDeadLetter,
  replayDeadLetter,
} from '@/api/deadLetters';
import { formatDateTime } from '@/lib/time';
import { useIsAdmin } from '@/ui/clinic/useClinic';
import { MoreButton } from '@/ui/MoreButton';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { useLocale } from '@/ui/useLocale';
import { AdminScreen } from './AdminScreen';
import { FormError } from './EditDrawer';
import { reasonKey } from './deadLetterWords';

/** Events that a consumer could not take, for admins to send again or to put aside. */
export function DeadLettersScreen() {
  return <AdminScreen section="dead-letters">{(clinicId) => <ForAdmins clinicId={clinicId} />}</AdminScreen>;
}

function ForAdmins({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  return useIsAdmin(clinicId) ? <Letters /> : <Text>{t('adminsOnly')}</Text>;
}

function Letters() {
  const { t } = useTranslation('admin');
  const query = useInfiniteQuery(deadLettersQuery());
  return (
    <>
      <Text c="dimmed" maw="40rem" mb="md">
        {t('deadLetters.intro')}
      </Text>
      <QueryView
        query={query}
        empty={{ when: ({ pages }) => !pages[0]?.items.length, show: <Text>{t('deadLetters.none')}</Text> }}
      >
        {({ pages }) => (
          <Stack>
            {pages.flatMap(({ items }) => items.map((letter) => <Letter key={letter.id} letter={letter} />))}
            <MoreButton query={query} />
          </Stack>
        )}
      </QueryView>
    </>
  );
}

function Letter({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation('admin');
  const { locale, zone } = useLocale();
  const [shown, setShown] = useState(false);
  const when = formatDateTime(letter.at, zone, locale);
  const waiting = letter.state === 'waiting';
  return (
    <Card component="article" p="md">
      <Group justify="space-between" align="flex-start">
        <Text fw={600}>{letter.type ?? t('deadLetters.unread')}</Text>
        <Badge variant="light" size="lg" color={waiting ? 'yellow' : undefined}>
          {t(`deadLetters.state.${letter.state}`)}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {t('deadLetters.when', { when, consumer: letter.consumer })}
      </Text>
      <Text mt="xs">{t(`deadLetters.reason.${reasonKey(letter.reason)}`, { code: letter.reason })}</Text>
      {letter.subject && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t('deadLetters.subject', { id: letter.subject })}
        </Text>
      )}
      {shown && <Body id={letter.id} />}
      <Group justify="flex-end" mt="sm">
        <Button
          variant="subtle"
          aria-expanded={shown}
          aria-label={t(shown ? 'deadLetters.hideNamed' : 'deadLetters.showNamed', { when })}
          onClick={() => setShown(!shown)}
        >
          {t(shown ? 'deadLetters.hide' : 'deadLetters.show')}
        </Button>
        {waiting && <Deal letter={letter} when={when} />}
      </Group>
    </Card>
  );
}

function Deal({ letter, when }: { letter: DeadLetter; when: string }) {
  const { t } = useTranslation('admin');
  const client = useQueryClient();
  const deal = useMutation({
    mutationFn: (act: 'replay' | 'dismiss') => (act === 'replay' ? replayDeadLetter : dismissDeadLetter)(letter.id),
    onSuccess: ({ state }) => {
      notifyDone(t(state === 'replayed' ? 'deadLetters.replayed' : 'deadLetters.dismissed'));
    },
    // A colleague may have been first: either way the list is not what it was.
    onSettled: () => client.invalidateQueries({ queryKey: DEAD_LETTERS_KEY }),
  });
  return (
    <>
      <FormError error={deal.error} />
      <Button
        variant="default"
        disabled={deal.isPending}
        aria-label={t('deadLetters.dismissNamed', { when })}
        onClick={() => deal.mutate('dismiss')}
      >
        {t('deadLetters.dismiss')}
      </Button>
      {letter.whole && (
        <Button
          loading={deal.isPending}
          aria-label={t('deadLetters.replayNamed', { when })}
          onClick={() => deal.mutate('replay')}
        >
          {t('deadLetters.replay')}
        </Button>
      )}
    </>
  );
}

function Body({ id }: { id: string }) {
  const query = useQuery(deadLetterBodyQuery(id));
  return (
    <QueryView query={query}>
      {(body) => (
        <Code block mt="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {body}
        </Code>
      )}
    </QueryView>
  );
}
