import { Alert, Button, Checkbox, Chip, Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import type { ConsentKind } from '@/api/consents';
import type { Mode } from '@/api/types';
import { type Entry, joinWaitlist, type NewEntry, WAITLIST_KEY } from '@/api/waitlist';
import { addDays } from '@/lib/dates';
import { dateOf } from '@/lib/time';
import { AskConsent } from '@/ui/consent/AskConsent';
import { notifyDone } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { useWeekdayName } from '@/ui/useWeekdayName';
import { useZoneName } from '@/ui/useZoneName';
import { type PartOfDay, PARTS, WINDOWS } from './windows';

const DAYS_AT_FIRST = 90;
const DISTANCES = ['5', '10', '25', '50', '100'];
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

interface WishFormProps {
  /** What to wait for: a visit type with providers, or an appointment to be had earlier; and for whom. */
  what: Pick<NewEntry, 'visit_type_id' | 'provider_ids' | 'appointment_id' | 'patient_id'>;
  clinicId: string;
  modes: Mode[];
  /** The ways to meet that are ticked at first. */
  liked: Mode[];
  /** The last day that makes sense; three months from now when left out. */
  last?: string;
  onJoined: (entry: Entry) => void;
}

/** When one can come, and how; asks for what has to be agreed to first, and joins. */
export function WishForm({ what, clinicId, modes, liked, last, onJoined }: WishFormProps) {
  const { t } = useTranslation(['waitlist', 'ui']);
  const { zone } = useLocale();
  const zoneName = useZoneName();
  const weekdayName = useWeekdayName();
  const errorText = useErrorText();
  const client = useQueryClient();
  const [today] = useState(() => dateOf(new Date(), zone));
  const form = useForm({
    initialValues: {
      modes: [...liked] as string[],
      days: [] as string[],
      part: 'any' as PartOfDay,
      until: last ?? addDays(today, DAYS_AT_FIRST),
      near: false,
      km: '25',
    },
    validate: {
      modes: (value) => (value.length > 0 ? null : t('join.noMode')),
      until: (value) => (value >= today ? null : t('join.wrongUntil')),
    },
  });
  const join = useMutation({
    mutationFn: async (values: typeof form.values) =>
      joinWaitlist({
        ...what,
        modes: modes.filter((mode) => values.modes.includes(mode)),
        days: values.days.map(Number),
        times: WINDOWS[values.part],
        time_zone: zone,
        until: values.until,
        near: values.near ? { ...(await whereIAm()), km: Number(values.km) } : null,
      }),
    onSuccess: (entry) => {
      notifyDone(t('join.joined'));
      void client.invalidateQueries({ queryKey: WAITLIST_KEY });
      onJoined(entry);
    },
  });
  if (hasCode(join.error, 'consent_needed')) {
    return (
      <AskConsent
        clinicId={clinicId}
        kinds={join.error.problem['kinds'] as ConsentKind[]}
        actingFor={what.patient_id ?? undefined}
        action={t('join.agree')}
        onAgreed={() => join.mutate(form.values)}
      />
    );
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => join.mutate(values))}>
      <Stack gap="lg">
        {modes.length > 1 && (
          <Checkbox.Group label={t('join.modes')} {...form.getInputProps('modes')}>
            <Stack gap="xs" mt="xs">
              {modes.map((mode) => (
                <Checkbox key={mode} size="md" value={mode} label={t(`ui:mode.${mode}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <Chip.Group multiple {...form.getInputProps('days')}>
          <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
            <legend style={{ fontWeight: 500, padding: 0 }}>{t('join.days')}</legend>
            <p style={{ margin: '2px 0 8px', fontSize: 'var(--mantine-font-size-sm)' }}>{t('join.daysHint')}</p>
            <Group gap="xs">
              {WEEKDAYS.map((day) => (
                <Chip key={day} value={String(day)} size="md">
                  {weekdayName(day, 'short')}
                </Chip>
              ))}
            </Group>
          </fieldset>
        </Chip.Group>
        <Radio.Group
          label={t('join.times')}
          description={t('join.timesHint', { zone: zoneName(zone, new Date().toISOString()) })}
          {...form.getInputProps('part')}
        >
          <Stack gap="xs" mt="xs">
            {PARTS.map((part) => (
              <Radio key={part} size="md" value={part} label={t(`window.${part}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput
          label={t('join.until')}
          description={t('join.untilHint')}
          type="date"
          maw="16rem"
          min={today}
          {...form.getInputProps('until')}
        />
        {modes.includes('in-person') && form.values.modes.includes('in-person') && (
          <Stack gap="xs">
            <Checkbox
              size="md"
              label={t('join.near')}
              description={t('join.nearHint')}
              {...form.getInputProps('near', { type: 'checkbox' })}
            />
            {form.values.near && (
              <Select
                label={t('join.nearKm')}
                maw="16rem"
                allowDeselect={false}
                data={DISTANCES.map((km) => ({ value: km, label: t('join.km', { count: Number(km) }) }))}
                {...form.getInputProps('km')}
              />
            )}
          </Stack>
        )}
        {join.error && (
          <Alert color="red" role="alert">
            {join.error instanceof NowhereError ? t('join.nearFailed') : errorText(join.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={join.isPending}>
            {t('join.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The browser does not say where it is. */
class NowhereError extends Error {}

const PATIENCE_MS = 15_000;

function whereIAm(): Promise<{ latitude: number; longitude: number }> {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
      () => reject(new NowhereError()),
      { timeout: PATIENCE_MS },
    );
  });
}
