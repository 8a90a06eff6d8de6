import { Card, Group, List, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheckFilled, IconHourglassHigh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { appointmentQuery } from '@/api/appointments';
import { useUser } from '@/api/session';
import type { Appointment } from '@/api/types';
import { formatDateTime } from '@/lib/time';
import { ButtonLink } from '@/ui/ButtonLink';
import { CalendarButton } from '@/ui/CalendarButton';
import { ModeLabel } from '@/ui/Facts';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { useLocale } from '@/ui/useLocale';
import { VisitTime } from '@/ui/VisitTime';
import classes from './Booking.module.css';

const route = getRouteApi('/visits/$visitId/booked');

/** It is done: when and where, the calendar, and what happens next. */
export function BookedScreen() {
  const { t } = useTranslation('booking');
  const { visitId } = route.useParams();
  const query = useQuery(appointmentQuery(visitId));
  const requested = query.data?.status === 'requested';
  return (
    <Screen title={requested ? t('done.requested') : t('done.title')} width="narrow">
      <QueryView query={query}>{(visit) => <Booked visit={visit} requested={requested} />}</QueryView>
    </Screen>
  );
}

function Booked({ visit, requested }: { visit: Appointment; requested: boolean }) {
  const { t } = useTranslation('booking');
  const email = useUser()?.email ?? '';
  const Icon = requested ? IconHourglassHigh : IconCircleCheckFilled;
  return (
    <Stack gap="lg">
      <div className={classes.done}>
        <Icon size={44} color="var(--ov-accent)" aria-hidden="true" style={{ flex: 'none' }} />
        <Text>{requested ? t('done.requestedText', { email }) : t('done.text', { email })}</Text>
      </div>
      <Card p={{ base: 'md', sm: 'xl' }}>
        <VisitTime
          start={visit.start}
          end={visit.end}
          placeZone={visit.location?.time_zone ?? visit.time_zone}
          size="lg"
        />
        <Text mt="sm">
          {visit.visit_type.name} {t('summary.withProvider', { name: visit.provider.name })}
        </Text>
        <Text component="div" mt={4}>
          <ModeLabel mode={visit.mode} />
        </Text>
        {visit.location && (
          <Text mt={4} c="dimmed">
            {[visit.location.name, visit.location.address, visit.location.city].filter(Boolean).join(', ')}
          </Text>
        )}
        <Group mt="lg">
          <CalendarButton visitId={visit.id} />
          <ButtonLink to="/visits/$visitId" params={{ visitId: visit.id }} variant="light">
            {t('done.open')}
          </ButtonLink>
        </Group>
      </Card>
      <section>
        <Title order={2} size="h3" mb="sm">
          {t('done.next')}
        </Title>
        <NextSteps visit={visit} requested={requested} />
      </section>
    </Stack>
  );
}

function NextSteps({ visit, requested }: { visit: Appointment; requested: boolean }) {
  const { t } = useTranslation('booking');
  const { locale, zone } = useLocale();
  const meeting = { telehealth: 'video', phone: 'phone', 'in-person': 'inPerson' } as const;
  return (
    <List spacing="xs">
      <List.Item>{requested ? t('done.steps.approval') : t('done.steps.confirm')}</List.Item>
      <List.Item>{t(`done.steps.${meeting[visit.mode]}`)}</List.Item>
      {visit.moves.includes('cancel') && (
        <List.Item>
          {t('done.steps.change', { until: formatDateTime(visit.policy.change_until, zone, locale) })}
        </List.Item>
      )}
    </List>
  );
}
