import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { book } from '@/api/appointments';
import { slotsQuery } from '@/api/slots';
import type { Appointment } from '@/api/types';
import { addDays } from '@/lib/dates';
import { dateOf, formatDateTime } from '@/lib/time';
import { randomUuid } from '@/lib/uuid';
import { ButtonLink } from '@/ui/ButtonLink';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';

const WEEKS = ['1', '2', '4', '12'] as const;
const USUAL = '4';
const OFFERED = 6;
const DAYS = 7;

/** The next visit of the same kind: the clinic books one of some times by a tap, the patient goes to the slot picker. */
export function FollowUp({ visit, byClinic }: { visit: Appointment; byClinic: boolean }) {
  const { t } = useTranslation('after');
  const { zone } = useLocale();
  const [weeks, setWeeks] = useState<string>(USUAL);
  const from = addDays(dateOf(new Date(), zone), Number(weeks) * DAYS);
  const label = t('followUp.when');
  return (
    <Section title={t('followUp.title')} text={t('followUp.text', { type: visit.visit_type.name })}>
      <Stack>
        <SegmentedControl
          fullWidth
          aria-label={label}
          value={weeks}
          onChange={setWeeks}
          data={WEEKS.map((count) => ({ value: count, label: t('followUp.weeks', { count: Number(count) }) }))}
        />
        {byClinic && <Times key={from} visit={visit} from={from} />}
        <Group>
          <ButtonLink
            variant={byClinic ? 'default' : 'filled'}
            to="/providers/$providerId"
            params={{ providerId: visit.provider.id }}
            search={{ type: visit.visit_type.id, mode: visit.mode, from }}
          >
            {t('followUp.all')}
          </ButtonLink>
        </Group>
      </Stack>
    </Section>
  );
}

function Times({ visit, from }: { visit: Appointment; from: string }) {
  const { t } = useTranslation('after');
  const { locale, zone } = useLocale();
  const errorText = useErrorText();
  const query = useQuery(
    slotsQuery({
      providerId: visit.provider.id,
      visitTypeId: visit.visit_type.id,
      mode: visit.mode,
      from,
      to: addDays(from, DAYS - 1),
      timeZone: zone,
    }),
  );
  const booking = useMutation({
    // One key a time: pressing again after a lost answer books nothing twice.
    mutationFn: ({ start, key }: { start: string; key: string }) =>
      book(
        {
          provider_id: visit.provider.id,
          visit_type_id: visit.visit_type.id,
          start,
          mode: visit.mode,
          patient_id: visit.patient.id,
        },
        key,
      ),
    onError: () => void query.refetch(),
  });
  const [keys] = useState(() => new Map<string, string>());
  const keyOf = (start: string) => {
    const key = keys.get(start) ?? randomUuid();
    keys.set(start, key);
    return key;
  };
  if (booking.data) {
    return (
      <Alert color="lagoon" role="status">
        {t('followUp.booked', { when: formatDateTime(booking.data.start, zone, locale), name: visit.patient.name })}
      </Alert>
    );
  }
  return (
    <QueryView query={query}>
      {({ days }) => {
        const slots = days.flatMap((day) => day.slots).slice(0, OFFERED);
        return (
          <Stack gap="xs">
            {slots.length === 0 && <Text c="dimmed">{t('followUp.none')}</Text>}
            {slots.map(({ start }) => (
              <Button
                key={start}
                variant="light"
                loading={booking.isPending && booking.variables.start === start}
                disabled={booking.isPending}
                onClick={() => booking.mutate({ start, key: keyOf(start) })}
              >
                {t('followUp.book', { when: formatDateTime(start, zone, locale) })}
              </Button>
            ))}
            {booking.error && (
              <Alert color="red" role="alert">
                {errorText(booking.error)}
              </Alert>
            )}
          </Stack>
        );
      }}
    </QueryView>
  );
}
