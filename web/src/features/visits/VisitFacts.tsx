import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import type { Appointment } from '@/api/types';
import { formatMoney } from '@/lib/money';
import { TextLink } from '@/ui/ButtonLink';
import { useAccommodationWords } from '@/ui/useAccommodationWords';
import { useLocale } from '@/ui/useLocale';
import classes from './Visits.module.css';

/** Who, where, why and what for. Facts that are not there are not listed. */
export function VisitFacts({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('visits');
  const { locale } = useLocale();
  const user = useUser();
  const needs = useAccommodationWords()(visit.accommodations);
  const provider = (
    <TextLink to="/providers/$providerId" params={{ providerId: visit.provider.id }}>
      {visit.provider.name}
    </TextLink>
  );
  const facts: Partial<Record<'patient' | 'provider' | 'where' | 'room' | 'price' | 'reason' | 'needs' | 'closed', ReactNode>> = {
    patient: user && visit.patient.id !== user.patient_id ? visit.patient.name : null,
    provider,
    where: <Where visit={visit} />,
    room: visit.room?.name,
    price: visit.price && formatMoney(visit.price, locale),
    reason: visit.reason || t('detail.nothing'),
    needs: needs.length > 0 ? needs.join('\n') : t('detail.nothing'),
    closed: visit.closed_reason,
  };
  return (
    <dl className={classes.facts}>
      {(Object.keys(facts) as (keyof typeof facts)[]).map((name) =>
        facts[name] ? [<dt key={`${name}-term`}>{t(`detail.${name}`)}</dt>, <dd key={name}>{facts[name]}</dd>] : null,
      )}
    </dl>
  );
}

function Where({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('visits');
  if (visit.mode === 'telehealth') return t('detail.video');
  if (visit.mode === 'phone') return t('detail.phone');
  const place = visit.location;
  return place ? [place.name, place.address, place.city, place.phone].filter(Boolean).join('\n') : null;
}
