import { ActionIcon, Chip, Select, Text } from '@mantine/core';
import { TimeInput } from '@mantine/dates';
import { IconTrash } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hours } from '@/api/schedule';
import { MODES } from '@/api/types';
import { endTime, pastMidnight } from './draft';
import { useEditing } from './EditingContext';
import classes from './Schedule.module.css';

interface Times {
  start: string;
  end: string;
}

interface RowProps<T> {
  /** What a screen reader says the row is: "Monday, hours 1". */
  name: string;
  /** Where its faults are kept. */
  where: string;
  onChange: (change: Partial<T>) => void;
  onRemove: () => void;
}

/** One stretch of working hours: from, to, where, how; with what is wrong about it. */
export function HoursRow({ name, where, hours, onChange, onRemove }: RowProps<Hours> & { hours: Hours }) {
  const { t } = useTranslation(['schedule', 'ui']);
  return (
    <Row name={name} where={where} times={hours} onChange={onChange} onRemove={onRemove}>
      <Place value={hours.location_id ?? null} onChange={(location_id) => onChange({ location_id })} />
      <Chip.Group multiple value={hours.modes} onChange={(modes) => onChange({ modes: modes })}>
        <div className={classes.modes} role="group" aria-label={t('schedule:modes')}>
          {MODES.map((mode) => (
            <Chip key={mode} value={mode} size="sm" variant="outline">
              {t(`ui:mode.${mode}`)}
            </Chip>
          ))}
        </div>
      </Chip.Group>
    </Row>
  );
}

/** One break: from and to. */
export function BreakRow({ name, where, pause, onChange, onRemove }: RowProps<Times> & { pause: Times }) {
  const { t } = useTranslation('schedule');
  return (
    <Row name={name} where={where} times={pause} onChange={onChange} onRemove={onRemove}>
      <Text c="dimmed">{t('break')}</Text>
    </Row>
  );
}

function Row({ name, where, times, onChange, onRemove, children }: RowProps<Times> & { times: Times; children: ReactNode }) {
  const { t } = useTranslation('schedule');
  const { faults } = useEditing();
  const complaint = useId();
  const fault = faults.get(where);
  const wrong = fault === 'no_modes' || !fault ? {} : { error: true, 'aria-describedby': complaint };
  return (
    <div className={classes.row} role="group" aria-label={name}>
      <div className={classes.times}>
        <TimeInput
          size="md"
          aria-label={t('from')}
          value={times.start}
          onChange={(event) => onChange({ start: event.currentTarget.value })}
          {...wrong}
        />
        <span aria-hidden="true">–</span>
        <TimeInput
          size="md"
          aria-label={t('to')}
          value={times.end === '24:00' ? '00:00' : times.end}
          onChange={(event) => onChange({ end: endTime(event.currentTarget.value) })}
          {...wrong}
        />
      </div>
      {children}
      <ActionIcon
        size={44}
        variant="subtle"
        color="gray"
        className={classes.remove}
        aria-label={t('remove', { name })}
        onClick={onRemove}
      >
        <IconTrash size={20} aria-hidden="true" />
      </ActionIcon>
      {pastMidnight(times) && !fault && <p className={classes.hint}>{t('pastMidnight')}</p>}
      {fault && (
        <p className={classes.fault} id={complaint} role="alert">
          {t(`fault.${fault}`)}
        </p>
      )}
    </div>
  );
}

const USUAL_PLACE = '';

function Place({ value, onChange }: { value: string | null; onChange: (locationId: string | null) => void }) {
  const { t } = useTranslation('schedule');
  const { provider } = useEditing();
  const known = provider.locations.map(({ id, name }) => ({ value: id, label: name }));
  if (known.length < 2 && (value === null || known[0]?.value === value)) return null;
  return (
    <Select
      aria-label={t('place')}
      className={classes.place}
      data={[{ value: USUAL_PLACE, label: t('usualPlace') }, ...known]}
      value={value ?? USUAL_PLACE}
      allowDeselect={false}
      onChange={(id) => onChange(id === USUAL_PLACE ? null : id)}
    />
  );
}
