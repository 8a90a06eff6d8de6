import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { formatTime, minutesBetween } from '@/lib/time';
import { ModeIcon } from '@/ui/Facts';
import { useLocale } from '@/ui/useLocale';
import { PatientLate } from './PatientLate';
import { PatientWaits } from './PatientWaits';
import { usePatientWaits } from './waits';
import classes from './Visit.module.css';

interface VisitBlockProps {
  visit: Appointment;
  withProvider?: boolean;
  onOpen: (id: string) => void;
}

/** Shorter than this there is one line for everything. */
const ONE_LINE_MINUTES = 25;
/** From this length on there is room for a third line. */
const THREE_LINES_MINUTES = 45;

/** One visit in a day view; as tall as it is long. */
export function VisitBlock({ visit, withProvider = false, onOpen }: VisitBlockProps) {
  const { t } = useTranslation(['visit', 'ui']);
  const { locale, zone } = useLocale();
  const minutes = minutesBetween(visit.start, visit.end);
  const short = minutes < ONE_LINE_MINUTES;
  const waits = usePatientWaits(visit.id) !== null;
  // Where there is no room for both, the eye sees that they wait or are late: the time stands beside the block.
  const Facts = (visit.patient_late || waits) && minutes < THREE_LINES_MINUTES ? VisuallyHidden : 'span';
  const time = formatTime(visit.start, zone, locale);
  return (
    <UnstyledButton
      className={classes.block}
      data-status={visit.status}
      data-short={short || undefined}
      onClick={() => onOpen(visit.id)}
    >
      {short && <span className={classes.blockTime}>{time}</span>}
      <span className={classes.blockName}>{visit.patient.name}</span>
      <PatientWaits visit={visit} brief />
      <PatientLate visit={visit} brief />
      {!short && (
        <Facts className={classes.blockLine}>
          <ModeIcon mode={visit.mode} size={15} />
          <span>{`${time} · ${withProvider ? visit.provider.name : visit.visit_type.name}`}</span>
        </Facts>
      )}
      {minutes >= THREE_LINES_MINUTES && <span className={classes.blockLine}>{t(`visit:status.${visit.status}`)}</span>}
      <VisuallyHidden>
        {t('visit:blockMore', {
          type: visit.visit_type.name,
          mode: t(`ui:modeInSentence.${visit.mode}`),
          status: t(`visit:status.${visit.status}`),
        })}
      </VisuallyHidden>
    </UnstyledButton>
  );
}
