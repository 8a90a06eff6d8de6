import { Alert, Button, Card, Checkbox, Group, Radio, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Channel, clinicTextsQuery, type ConsentKind, type ConsentWording, giveConsent } from '@/api/consents';
import { QueryView } from '@/ui/QueryView';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { useWordingTitle, WordingText } from './Wording';

const CHANNELS = ['phone', 'in-person', 'paper'] as const satisfies readonly Channel[];

interface AskConsentProps {
  clinicId: string;
  kinds: ConsentKind[];
  /** Whoever agreed, where the clinic writes it down; the person at the screen when left out. */
  patient?: { id: string; full_name: string };
  /** For whom the person at the screen agrees, where it is not for themselves. */
  actingFor?: string | undefined;
  /** What the button says that agrees and goes on with what was interrupted. */
  action: string;
  onAgreed: () => void;
}

/** Asks for consents that something needs: each is read, ticked, and then what was begun goes on. */
export function AskConsent(props: AskConsentProps) {
  const { t } = useTranslation('consent');
  const query = useQuery(clinicTextsQuery(props.clinicId));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Card component="section" p={{ base: 'md', sm: 'xl' }} aria-label={t('ask.title')}>
      <Title order={2} size="h3" mb="xs" ref={heading} tabIndex={-1}>
        {t('ask.title')}
      </Title>
      <QueryView query={query}>
        {(texts) => <Form {...props} texts={texts.filter(({ kind }) => props.kinds.includes(kind))} />}
      </QueryView>
    </Card>
  );
}

function Form({ clinicId, patient, actingFor, action, onAgreed, texts }: AskConsentProps & { texts: ConsentWording[] }) {
  const { t } = useTranslation('consent');
  const { language } = useLocale();
  const errorText = useErrorText();
  const titleOf = useWordingTitle();
  const cache = useQueryClient();
  const [ticked, setTicked] = useState<string[]>([]);
  const [channel, setChannel] = useState<Channel>('phone');
  const [reminded, setReminded] = useState(false);
  const all = texts.every(({ id }) => ticked.includes(id));
  const give = useMutation({
    mutationFn: () =>
      giveConsent({
        clinic_id: clinicId,
        agreed: texts.map(({ kind, id }) => ({ kind, text: id })),
        patient_id: patient?.id ?? actingFor ?? null,
        language,
        channel: patient ? channel : 'online',
      }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ['consents'] });
      onAgreed();
    },
    onError: () => {
      setTicked([]);
      void cache.invalidateQueries({ queryKey: ['clinic', clinicId, 'consent-texts'] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (all) give.mutate();
        else setReminded(true);
      }}
    >
      <Stack gap="lg">
        <Text c="dimmed">{patient ? t('ask.introFor', { name: patient.full_name }) : t('ask.intro')}</Text>
        {texts.map((wording) => (
          <Stack key={wording.id} gap="xs">
            <Title order={3} size="h4">
              {titleOf(wording)}
            </Title>
            <WordingText wording={wording} />
            <Checkbox
              size="md"
              label={t(patient ? 'ask.tickFor' : 'ask.tick', { title: titleOf(wording) })}
              checked={ticked.includes(wording.id)}
              error={reminded && !ticked.includes(wording.id) ? t('ask.needed') : undefined}
              onChange={(event) =>
                setTicked(event.currentTarget.checked ? [...ticked, wording.id] : ticked.filter((id) => id !== wording.id))
              }
            />
          </Stack>
        ))}
        {patient && (
          <Radio.Group label={t('ask.channel')} value={channel} onChange={(value) => setChannel(value)}>
            <Group mt="xs">
              {CHANNELS.map((one) => (
                <Radio key={one} size="md" value={one} label={t(`channel.${one}`)} />
              ))}
            </Group>
          </Radio.Group>
        )}
        {give.error && (
          <Alert color="red" role="alert">
            {errorText(give.error)}
          </Alert>
        )}
        <Group justify="space-between" wrap="wrap-reverse">
          <Text size="sm" c="dimmed">
            {t('ask.anytime')}
          </Text>
          <Button type="submit" size="lg" loading={give.isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
