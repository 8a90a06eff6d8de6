import { Alert, Button, Group, List, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ErasurePlan, erasurePlanQuery, ownRequestsQuery, type PrivacyRequest } from '@/api/privacy';
import { formatDateTime, formatDay } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { Section } from '@/ui/Section';
import { newest, useAsk, useUndo } from './useRequests';

/** Erasing the account: what would go and what is kept, a week for second thoughts, and taking it back. */
export function EraseSection() {
  const { t } = useTranslation('privacy');
  const query = useQuery(ownRequestsQuery());
  return (
    <Section title={t('erase.title')} text={t('erase.text')}>
      <QueryView query={query}>
        {(requests) => {
          const latest = newest(requests, 'erase');
          const pending = latest && (latest.status === 'waiting' || latest.status === 'running');
          return pending ? <Pending request={latest} /> : <Ask />;
        }}
      </QueryView>
    </Section>
  );
}

function Pending({ request }: { request: PrivacyRequest }) {
  const { t } = useTranslation('privacy');
  const { locale, zone } = useLocale();
  const errorText = useErrorText();
  const undo = useUndo(() => notifyDone(t('erase.undone')));
  return (
    <Alert color="yellow" title={t('erase.pending')} role="status">
      <Stack>
        <Text>{t('erase.when', { when: formatDateTime(request.runs_at ?? request.due_at, zone, locale) })}</Text>
        {request.status === 'running' && <Progress value={request.progress} aria-label={t('erase.progress')} size="lg" />}
        {undo.error && <Text role="alert">{errorText(undo.error)}</Text>}
        {request.status === 'waiting' && (
          <Group>
            <Button loading={undo.isPending} onClick={() => undo.mutate(request.id)}>
              {t('erase.undo')}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

function Ask() {
  const { t } = useTranslation('privacy');
  const [opened, setOpened] = useState(false);
  const plan = useQuery({ ...erasurePlanQuery(), enabled: opened });
  const ask = useAsk(() => {
    setOpened(false);
    notifyDone(t('erase.asked'));
  });
  return (
    <Group justify="flex-end">
      <Button color="red.9" onClick={() => setOpened(true)}>
        {t('erase.open')}
      </Button>
      <ConfirmDialog
        opened={opened}
        title={t('erase.dialog')}
        confirm={t('erase.do')}
        keep={t('erase.keep')}
        danger
        busy={ask.isPending}
        error={ask.error}
        onConfirm={() => ask.mutate({ kind: 'erase' })}
        onClose={() => setOpened(false)}
      >
        <QueryView query={plan}>{(found) => <Plan plan={found} />}</QueryView>
      </ConfirmDialog>
    </Group>
  );
}

function Plan({ plan }: { plan: ErasurePlan }) {
  const { t } = useTranslation('privacy');
  const { locale, zone } = useLocale();
  return (
    <Stack gap="sm">
      <div>
        <Title order={3} size="h5">
          {t('erase.goes')}
        </Title>
        <List>
          {plan.erased.map(({ what, count }) => (
            <List.Item key={what}>{t(`erase.what.${what}`, { count })}</List.Item>
          ))}
        </List>
      </div>
      <div>
        <Title order={3} size="h5">
          {t('erase.stays')}
        </Title>
        <List>
          {plan.kept.map((kept) => (
            <List.Item key={`${kept.what}${kept.clinic_id ?? ''}`}>
              {t(`erase.kept.${kept.what}`, {
                clinic: kept.clinic_name,
                count: kept.count,
                until: formatDay(kept.until, zone, locale, true),
              })}
            </List.Item>
          ))}
        </List>
      </div>
      <Text>{t('erase.undoable', { count: plan.days_to_undo })}</Text>
      {plan.blocked && <Alert color="red">{t('erase.blocked')}</Alert>}
    </Stack>
  );
}
