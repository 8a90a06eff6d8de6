import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Offer } from '@/api/waitlist';
import { useNow } from '@/lib/useNow';
import { formatDateTime, formatTime } from '@/lib/time';
import { ModeLabel } from '@/ui/Facts';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { VisitTime } from '@/ui/VisitTime';

interface OfferCardProps {
  offer: Offer;
  /** Whether to say for whom it is: for those who act for others. */
  named?: boolean;
  busy: boolean;
  error: unknown;
  onAccept: () => void;
  onDecline: () => void;
  /** Called once the time to answer is over. */
  onOver: () => void;
}

const EVERY_MS = 5_000;
const MINUTE_MS = 60_000;
/** Minutes from which hours are counted. */
const MANY = 120;

/** A time that is kept for somebody: what it is, how long it stays theirs, and yes or no. */
export function OfferCard({ offer, named = false, busy, error, onAccept, onDecline, onOver }: OfferCardProps) {
  const { t } = useTranslation('waitlist');
  const { locale, zone } = useLocale();
  const errorText = useErrorText();
  const heading = useId();
  const left = Date.parse(offer.expires_at) - useNow(EVERY_MS);
  const over = left <= 0;
  const told = useRef(false);
  useEffect(() => {
    if (over && !told.current) {
      told.current = true;
      onOver();
    }
  }, [over, onOver]);
  const minutes = Math.floor(left / MINUTE_MS);
  const stillKept = () => {
    if (minutes >= MANY) return t('offer.leftHours', { count: Math.floor(minutes / 60) });
    return minutes > 0 ? t('offer.left', { count: minutes }) : t('offer.leftSoon');
  };
  return (
    <Card component="section" aria-labelledby={heading} p={{ base: 'md', sm: 'lg' }} withBorder>
      <Stack gap="sm">
        <Title order={3} size="h3" id={heading}>
          {t('offer.title')}
        </Title>
        {named && <Text fw={600}>{t('offer.for', { name: offer.patient.name })}</Text>}
        <VisitTime start={offer.start} end={offer.end} placeZone={offer.location?.time_zone ?? offer.time_zone} size="lg" />
        {offer.replaces && <Text>{t('offer.instead', { when: formatDateTime(offer.replaces, zone, locale) })}</Text>}
        <Text>{t('join.with', { type: offer.visit_type.name, name: offer.provider.name })}</Text>
        <Text c="dimmed">{offer.clinic.name}</Text>
        <Text component="div">
          <ModeLabel mode={offer.mode} />
          {offer.location && ` · ${[offer.location.name, offer.location.address, offer.location.city].filter(Boolean).join(', ')}`}
        </Text>
        <Alert variant="light" icon={<IconClock size={20} />} title={over ? t('offer.gone.expired') : stillKept()}>
          {!over && t('offer.until', { time: formatTime(offer.expires_at, zone, locale) })}
        </Alert>
        {error ? (
          <Alert color="red" role="alert">
            {errorText(error)}
          </Alert>
        ) : null}
        {!over && (
          <Group>
            <Button size="md" loading={busy} onClick={onAccept}>
              {t(offer.replaces ? 'offer.acceptEarlier' : 'offer.accept')}
            </Button>
            <Button size="md" variant="default" disabled={busy} onClick={onDecline}>
              {t(offer.replaces ? 'offer.declineEarlier' : 'offer.decline')}
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}
