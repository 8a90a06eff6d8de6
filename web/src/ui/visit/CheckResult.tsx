import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type CheckOutcome, type CheckStep, type VisitCheck, visitChecksQuery } from '@/api/checks';
import { formatDateTime } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';

/** How the checks of camera, sound and network went, for whoever holds the visit. */
export function CheckResult({ visitId }: { visitId: string }) {
  const { t } = useTranslation('visit');
  const { data: checks } = useQuery(visitChecksQuery(visitId));
  if (!checks) return null;
  if (checks.length === 0) return <>{t('check.none')}</>;
  return (
    <>
      {checks.map((check) => (
        <One key={check.person_id} check={check} />
      ))}
    </>
  );
}

const ALL = 6;

function One({ check }: { check: VisitCheck }) {
  const { t, i18n } = useTranslation('visit');
  const { locale, zone } = useLocale();
  const steps = Object.entries(check.steps) as [CheckStep, CheckOutcome | null][];
  const named = (outcome: CheckOutcome) =>
    new Intl.ListFormat(i18n.language).format(
      steps.filter(([, how]) => how === outcome).map(([step]) => t(`check.step.${step}`)),
    );
  const [failed, skipped] = [named('failed'), named('skipped')];
  const well = !failed && !skipped;
  return (
    <div>
      {failed && (
        <Text c="red" fw={600}>
          {t('check.failed', { steps: failed })}
        </Text>
      )}
      {skipped && <Text>{t('check.skipped', { steps: skipped })}</Text>}
      {well && <Text>{t(steps.length === ALL ? 'check.well' : 'check.partly')}</Text>}
      <Text size="sm" c="dimmed">
        {t('check.by', { name: check.name, when: formatDateTime(check.checked_at, zone, locale) })}
      </Text>
    </div>
  );
}
