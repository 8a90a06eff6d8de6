import { Alert, Button, Card, Group, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatMoney } from '@/lib/money';
import { useActingFor } from '@/ui/delegates/useActingFor';
import { useAccommodationWords } from '@/ui/useAccommodationWords';
import { useLocale } from '@/ui/useLocale';
import { VisitTime } from '@/ui/VisitTime';
import type { BookingProps } from './BookingSteps';
import { useDraft } from './draft';
import { endOf } from './endOf';
import type { useBooking } from './useBooking';
import classes from './Booking.module.css';

const route = getRouteApi('/book');

interface ReviewProps extends BookingProps {
  booking: ReturnType<typeof useBooking>;
  blocked: boolean;
}

/** The last look before it is done. */
export function Review({ slot, provider, visitType, booking, blocked }: ReviewProps) {
  const { t } = useTranslation(['booking', 'directory']);
  const { locale } = useLocale();
  const navigate = route.useNavigate();
  const needs = useAccommodationWords()(useDraft().accommodations);
  const { reason, patientId } = useDraft();
  const forWhom = useActingFor('book').find(({ id }) => id === patientId)?.name;
  const location = provider.locations.find(({ id }) => id === slot.location);
  const where = {
    'in-person': location ? [location.name, location.city].filter(Boolean).join(', ') : provider.locations[0]?.name,
    telehealth: t('booking:review.video'),
    phone: t('booking:review.phone'),
  };
  const rows = {
    when: (
      <VisitTime
        start={slot.start}
        end={endOf(slot, visitType)}
        placeZone={location?.time_zone ?? provider.time_zone}
      />
    ),
    ...(forWhom ? { forWhom } : {}),
    who: provider.name,
    what: visitType.name,
    where: where[slot.mode],
    price: visitType.price ? formatMoney(visitType.price, locale) : t('booking:summary.free'),
    reason: reason.trim() || t('booking:review.nothing'),
    needs: needs.length > 0 ? needs.join('\n') : t('booking:review.nothing'),
  };
  return (
    <Stack gap="lg">
      <Card p={{ base: 'md', sm: 'xl' }}>
        <dl className={classes.review}>
          {(Object.keys(rows) as (keyof typeof rows)[]).map((name) => (
            <div key={name}>
              <dt>{t(`booking:review.${name}`)}</dt>
              <dd>{rows[name]}</dd>
            </div>
          ))}
        </dl>
      </Card>
      {visitType.approval_needed && <Alert variant="light">{t('directory:provider.approval')}</Alert>}
      <Group justify="space-between" wrap="wrap-reverse">
        <Button variant="default" size="lg" onClick={() => void navigate({ search: { ...slot } })}>
          {t('booking:review.change')}
        </Button>
        <Button size="lg" disabled={blocked} loading={booking.isPending} onClick={() => booking.mutate()}>
          {visitType.approval_needed ? t('booking:review.request') : t('booking:review.confirm')}
        </Button>
      </Group>
    </Stack>
  );
}
