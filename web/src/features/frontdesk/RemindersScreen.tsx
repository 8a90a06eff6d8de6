import { Badge, Button, Card, Group, Select, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LEDGER_STATES, type LedgerLine, ledgerQuery, resendReminder, restoreAddress } from '@/api/reminders';
import { formatDateTime } from '@/lib/time';
import { ClinicSwitch } from '@/ui/clinic/ClinicSwitch';
import { NoClinic } from '@/ui/clinic/NoClinic';
import { useClinic, useWorksAs } from '@/ui/clinic/useClinic';
import { MoreButton } from '@/ui/MoreButton';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';

const route = getRouteApi('/desk/reminders');
const AGAIN = new Set(['failed', 'sent', 'delivered', 'skipped']);
const COLOURS: Record<string, string> = { failed: 'red', skipped: 'gray', cancelled: 'gray', pending: 'yellow', sending: 'yellow' };

/** What the clinic's patients were told and will be, and what needs somebody. */
export function RemindersScreen() {
  const clinicId = useClinic(route.useSearch().clinic, 'staff', 'admin');
  return clinicId ? <OfClinic key={clinicId} clinicId={clinicId} /> : <NoClinic />;
}

function OfClinic({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('frontdesk');
  const navigate = route.useNavigate();
  return (
    <Screen
      title={t('reminders.title')}
      intro={t('reminders.intro')}
      actions={<ClinicSwitch clinicId={clinicId} onClinic={(clinic) => void navigate({ search: { clinic } })} />}
    >
      {useWorksAs(clinicId, 'front-desk') ? <Ledger clinicId={clinicId} /> : <Text>{t('reminders.notYours')}</Text>}
    </Screen>
  );
}

function Ledger({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('frontdesk');
  const show = route.useSearch().show ?? 'due-unsent';
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(ledgerQuery(clinicId, show));
  const counts = query.data?.pages[0];
  const named = { 'due-unsent': counts?.due_unsent, failed: counts?.failed, doubtful: counts?.doubtful };
  const data = LEDGER_STATES.map((value) => {
    const count = value in named ? named[value as keyof typeof named] : undefined;
    return { value, label: count ? `${t(`reminders.show.${value}`)} (${count})` : t(`reminders.show.${value}`) };
  });
  const lines = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Stack gap="md">
      <Select
        label={t('reminders.which')}
        data={data}
        value={show}
        allowDeselect={false}
        maw="24rem"
        onChange={(value) =>
          void navigate({
            search: (before) => ({ ...before, show: LEDGER_STATES.find((one) => one === value) ?? 'all' }),
            replace: true,
          })
        }
      />
      <QueryView query={query} empty={{ when: () => lines.length === 0, show: <Text>{t('reminders.none')}</Text> }}>
        {() => (
          <Stack gap="sm">
            {lines.map((line) => (
              <Line key={line.reminder.id} clinicId={clinicId} line={line} />
            ))}
            <MoreButton query={query} />
          </Stack>
        )}
      </QueryView>
    </Stack>
  );
}

function Line({ clinicId, line }: { clinicId: string; line: LedgerLine }) {
  const { t } = useTranslation('frontdesk');
  const { locale } = useLocale();
  const { reminder, patient_name: patient, time_zone: zone } = line;
  const due = formatDateTime(reminder.due_at, zone, locale);
  const why = reminder.why ?? (reminder.status === 'cancelled' ? null : reminder.error);
  return (
    <Card component="article" p="md">
      <Group justify="space-between" align="flex-start" gap="xs">
        <Text fw={600}>{patient}</Text>
        <Badge variant="light" size="lg" color={COLOURS[reminder.status]}>
          {t(`reminders.status.${reminder.status}`)}
        </Badge>
      </Group>
      <Text size="sm">
        {reminder.type === 'news'
          ? reminder.kind && t(`reminders.news.${reminder.kind}`)
          : t(`reminders.type.${reminder.type}`, { count: reminder.minutes })}
      </Text>
      <Text size="sm" c="dimmed">
        {t('reminders.due', { when: due })} · {line.provider_name}, {formatDateTime(reminder.start, zone, locale)}
      </Text>
      <Text size="sm" c="dimmed">
        {reminder.channel ? t(`reminders.channel.${reminder.channel}`) : t('reminders.untried')}
        {reminder.attempts > 0 && ` · ${t('reminders.tries', { count: reminder.attempts })}`}
        {why && ` · ${t(`reminders.why.${why}`, { defaultValue: why })}`}
      </Text>
      {reminder.doubtful_at && (
        <Text size="sm" mt={4}>
          {t('reminders.doubtful')}
        </Text>
      )}
      {line.dead.map((dead) => (
        <Dead key={dead.address} clinicId={clinicId} line={line} dead={dead} />
      ))}
      {AGAIN.has(reminder.status) && <Again clinicId={clinicId} line={line} due={due} />}
    </Card>
  );
}

/** An address that nothing is sent to any more, and the way to say that it is good again. */
function Dead({ clinicId, line, dead }: { clinicId: string; line: LedgerLine; dead: LedgerLine['dead'][number] }) {
  const { t } = useTranslation('frontdesk');
  const client = useQueryClient();
  const errorText = useErrorText();
  const restore = useMutation({
    mutationFn: () => restoreAddress(line.reminder.patient_id, dead.address),
    onSuccess: () => {
      notifyDone(t('reminders.restored', { name: line.patient_name }));
      return client.invalidateQueries({ queryKey: ['clinic', clinicId, 'reminders'] });
    },
  });
  return (
    <Group justify="space-between" gap="xs" mt={4}>
      <Text size="sm">
        {t(`reminders.dead.${dead.address}`)}
        {dead.because && ` (${dead.because})`}
      </Text>
      {restore.error && (
        <Text size="sm" c="red" role="alert">
          {errorText(restore.error)}
        </Text>
      )}
      <Button
        variant="subtle"
        size="sm"
        loading={restore.isPending}
        aria-label={t(`reminders.restoreNamed.${dead.address}`, { name: line.patient_name })}
        onClick={() => restore.mutate()}
      >
        {t('reminders.restore')}
      </Button>
    </Group>
  );
}

function Again({ clinicId, line, due }: { clinicId: string; line: LedgerLine; due: string }) {
  const { t } = useTranslation('frontdesk');
  const client = useQueryClient();
  const errorText = useErrorText();
  const resend = useMutation({
    mutationFn: () => resendReminder(line.reminder.id),
    onSuccess: () => {
      notifyDone(t('reminders.resent', { name: line.patient_name }));
      return client.invalidateQueries({ queryKey: ['clinic', clinicId, 'reminders'] });
    },
  });
  return (
    <Group justify="flex-end" mt="xs">
      {resend.error && (
        <Text size="sm" c="red" role="alert">
          {errorText(resend.error)}
        </Text>
      )}
      <Button
        variant="default"
        size="sm"
        loading={resend.isPending}
        aria-label={t('reminders.resendNamed', { name: line.patient_name, when: due })}
        onClick={() => resend.mutate()}
      >
        {t('reminders.resend')}
      </Button>
    </Group>
  );
}
