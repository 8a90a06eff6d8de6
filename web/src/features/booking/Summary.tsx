import { Group, Text, Title } from '@mantine/core';
import { IconCalendarEvent, IconClock, IconCoin, IconMapPin } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { formatMoney } from '@/lib/money';
import { TextLink } from '@/ui/ButtonLink';
import { ModeIcon } from '@/ui/Facts';
import { Portrait } from '@/ui/Portrait';
import { useLocale } from '@/ui/useLocale';
import { VisitTime } from '@/ui/VisitTime';
import type { BookingProps } from './BookingSteps';
import { endOf } from './endOf';
import classes from './Booking.module.css';

/** What is being booked, beside every step. */
export function Summary({ slot, provider, visitType }: BookingProps) {
  const { t } = useTranslation(['booking', 'ui']);
  const { locale } = useLocale();
  const location = provider.locations.find(({ id }) => id === slot.location);
  return (
    <aside className={classes.summary} aria-label={t('booking:summary.title')}>
      <Group gap="sm" wrap="nowrap">
        <Portrait name={provider.name} photo={provider.photo_url} size={48} />
        <div>
          <Title order={2} size="h4">
            {visitType.name}
          </Title>
          <Text c="dimmed">{t('booking:summary.withProvider', { name: provider.name })}</Text>
        </div>
      </Group>
      <ul className={classes.facts}>
        <li>
          <IconCalendarEvent size={20} stroke={1.7} aria-hidden="true" />
          <VisitTime
            start={slot.start}
            end={endOf(slot, visitType)}
            placeZone={location?.time_zone ?? provider.time_zone}
          />
        </li>
        <li>
          <IconClock size={20} stroke={1.7} aria-hidden="true" />
          <span>{t('ui:minutes', { count: visitType.duration_minutes })}</span>
        </li>
        <li>
          <ModeIcon mode={slot.mode} size={20} />
          <span>{t(`ui:mode.${slot.mode}`)}</span>
        </li>
        {location && (
          <li>
            <IconMapPin size={20} stroke={1.7} aria-hidden="true" />
            <span>{[location.name, location.city].filter(Boolean).join(', ')}</span>
          </li>
        )}
        <li>
          <IconCoin size={20} stroke={1.7} aria-hidden="true" />
          <span>{visitType.price ? formatMoney(visitType.price, locale) : t('booking:summary.free')}</span>
        </li>
      </ul>
      <TextLink
        to="/providers/$providerId"
        params={{ providerId: provider.id }}
        search={{ type: slot.type, mode: slot.mode }}
        size="sm"
        display="inline-block"
        mt="md"
      >
        {t('booking:otherTime')}
      </TextLink>
    </aside>
  );
}
