import { Alert, Button, Checkbox, Chip, Group, Input, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import type { ConsentKind } from '@/api/consents';
import { locationsQuery } from '@/api/clinics';
import type { Mode } from '@/api/types';
import { changeEntry, type Entry, joinWaitlist, type NewEntry, WAITLIST_KEY } from '@/api/waitlist';
import { dateOf } from '@/lib/time';
import { AskConsent } from '@/ui/consent/AskConsent';
import { notifyDone } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { useWeekdayName } from '@/ui/useWeekdayName';
import { useZoneName } from '@/ui/useZoneName';
import { NearFields } from './NearFields';
import { NowhereError, whereIAm } from './whereIAm';
import { changesTo, firstWishes, type Point, told, type WishValues, wishesOf } from './wishes';
import { partOf, PARTS } from './windows';

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

interface WishFormProps {
  /** What to wait for: a visit type with providers, or an appointment to be had earlier; and for whom. */
  what?: Pick<NewEntry, 'visit_type_id' | 'provider_ids' | 'specialty' | 'appointment_id' | 'patient_id' | 'urgency'>;
  /** The entry to change, for somebody who waits already. */
  entry?: Entry;
  clinicId: string;
  modes: Mode[];
  /** The ways to meet that are ticked at first. */
  liked: Mode[];
  /** The last day that makes sense; three months from now when left out. */
  last?: string;
  onJoined: (entry: Entry) => void;
}

/** When one can come, and how; asks for what has to be agreed to first, and joins, or changes what was wished. */
export function WishForm({ what = {}, entry, clinicId, modes, liked, last, onJoined }: WishFormProps) {
  const { t } = useTranslation(['waitlist', 'ui']);
  const { zone } = useLocale();
  const zoneName = useZoneName();
  const weekdayName = useWeekdayName();
  const errorText = useErrorText();
  const client = useQueryClient();
  const places = useQuery(locationsQuery(clinicId)).data ?? [];
  const [today] = useState(() => dateOf(new Date(), zone));
  const form = useForm<WishValues>({
    initialValues: entry ? wishesOf(entry) : firstWishes(liked, today, last),
    validate: {
      modes: (value) => (value.length > 0 ? null : t('join.noMode')),
      until: (value) => (value >= today ? null : t('join.wrongUntil')),
    },
  });
  const pointOf = (near: WishValues['near']): Promise<Point> | Point | null => {
    if (near === 'anywhere') return null;
    if (near === 'kept') return entry?.near ?? null;
    return near === 'here' ? whereIAm() : (places.find(({ id }) => id === near)?.coordinates ?? null);
  };
  const join = useMutation({
    mutationFn: async (values: WishValues) => {
      const wishes = told(values, modes, zone, await pointOf(values.near));
      return entry ? changeEntry(entry.id, changesTo(entry, wishes, zone)) : joinWaitlist({ ...what, ...wishes });
    },
    onSuccess: (joined) => {
      notifyDone(t(entry ? 'mine.changed' : 'join.joined'));
      void client.invalidateQueries({ queryKey: WAITLIST_KEY });
      onJoined(joined);
    },
  });
  if (hasCode(join.error, 'consent_needed') && what.urgency === undefined) {
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
            <legend style={{ padding: 0 }}>
              <Input.Label labelElement="div">{t('join.days')}</Input.Label>
            </legend>
            <Input.Description>{t('join.daysHint')}</Input.Description>
            <Group gap="xs" mt="xs">
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
            {entry && partOf(entry.times) === undefined && (
              <Radio size="md" value="own" label={entry.times.map(({ start, end }) => `${start}–${end}`).join(', ')} />
            )}
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
          <NearFields form={form} places={places} kept={entry?.near != null} />
        )}
        {join.error && (
          <Alert color="red" role="alert">
            {join.error instanceof NowhereError ? t('join.nearFailed') : errorText(join.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={join.isPending}>
            {t(entry ? 'mine.save' : 'join.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
