import { Alert, Button, Card, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askFactorReset, cancelFactorReset, type FactorReset, factorResetsQuery } from '@/api/factorResets';
import { peopleQuery } from '@/api/people';
import { useUser } from '@/api/session';
import { formatDateTime } from '@/lib/time';
import { useIsAdmin } from '@/ui/clinic/useClinic';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import classes from './Admin.module.css';

/** Lost second steps: ask for a reset, see what waits, take it back. For admins. */
export function FactorResets({ clinicId }: { clinicId: string }) {
  return useIsAdmin(clinicId) ? <Resets clinicId={clinicId} /> : null;
}

function Resets({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const query = useQuery(factorResetsQuery(clinicId));
  return (
    <Card component="section" padding="lg" mt="lg" maw="48rem" aria-labelledby="factor-resets">
      <Title order={2} size="h3" id="factor-resets">
        {t('resets.title')}
      </Title>
      <Text c="dimmed" mt={4} mb="md">
        {t('resets.text')}
      </Text>
      <Ask clinicId={clinicId} />
      <QueryView query={query}>
        {(resets) =>
          resets.length > 0 && (
            <ul className={classes.resets} aria-label={t('resets.list')}>
              {resets.map((reset) => (
                <Row key={reset.id} clinicId={clinicId} reset={reset} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Card>
  );
}

function Ask({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const user = useUser();
  const client = useQueryClient();
  const people = useQuery(peopleQuery(clinicId));
  const [person, setPerson] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const others = (people.data ?? []).filter(({ id }) => id !== user?.id);
  const name = others.find(({ id }) => id === person)?.full_name ?? '';
  const ask = useMutation({
    mutationFn: () => askFactorReset(clinicId, person ?? ''),
    onSuccess: () => {
      setOpen(false);
      setPerson(null);
      notifyDone(t('resets.asked', { name }));
      return client.invalidateQueries({ queryKey: factorResetsQuery(clinicId).queryKey });
    },
  });
  return (
    <Group align="flex-end">
      <Select
        label={t('resets.whose')}
        searchable
        w={{ base: '100%', xs: '20rem' }}
        data={others.map(({ id, full_name }) => ({ value: id, label: full_name }))}
        value={person}
        onChange={setPerson}
      />
      <Button variant="default" disabled={person === null} onClick={() => setOpen(true)}>
        {t('resets.ask')}
      </Button>
      <ConfirmDialog
        opened={open}
        title={t('resets.confirmTitle', { name })}
        confirm={t('resets.ask')}
        busy={ask.isPending}
        error={ask.error}
        onConfirm={() => ask.mutate()}
        onClose={() => setOpen(false)}
      >
        <Text>{t('resets.confirmText', { name })}</Text>
      </ConfirmDialog>
    </Group>
  );
}

function Row({ clinicId, reset }: { clinicId: string; reset: FactorReset }) {
  const { t } = useTranslation('admin');
  const { locale, zone } = useLocale();
  const errorText = useErrorText();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelFactorReset(clinicId, reset.person_id),
    onSettled: () => client.invalidateQueries({ queryKey: factorResetsQuery(clinicId).queryKey }),
  });
  const when = (at: string) => formatDateTime(at, zone, locale);
  return (
    <li>
      <Stack gap={2} flex="1 1 16rem">
        <Text fw={600}>{reset.person}</Text>
        <Text size="sm" c="dimmed">
          {t('resets.by', { name: reset.requested_by, when: when(reset.requested_at) })}
        </Text>
        <Text size="sm">
          {reset.ended_how && reset.ended_at
            ? t(`resets.ended.${reset.ended_how}`, { when: when(reset.ended_at) })
            : t('resets.due', { when: when(reset.due_at) })}
        </Text>
        {cancel.error && (
          <Alert color="red" role="alert">
            {errorText(cancel.error)}
          </Alert>
        )}
      </Stack>
      {!reset.ended_how && (
        <Button
          size="sm"
          variant="default"
          loading={cancel.isPending}
          aria-label={t('resets.cancelNamed', { name: reset.person })}
          onClick={() => cancel.mutate()}
        >
          {t('resets.cancel')}
        </Button>
      )}
    </li>
  );
}
