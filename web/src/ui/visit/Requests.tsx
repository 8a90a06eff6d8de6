import { Card, Group, Stack, Text } from '@mantine/core';
import { IconMoodCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { requestsQuery, type Whose } from '@/api/agenda';
import type { Appointment } from '@/api/types';
import { dateOf } from '@/lib/time';
import { boundsOf } from '@/lib/wallTime';
import { ModeLabel } from '@/ui/Facts';
import { Portrait } from '@/ui/Portrait';
import { QueryView } from '@/ui/QueryView';
import { EmptyState } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';
import { VisitTime } from '@/ui/VisitTime';
import { MoveBar } from './MoveBar';
import classes from './Visit.module.css';

interface RequestsProps {
  whose: Whose;
  withProvider?: boolean;
  onOpen: (id: string) => void;
}

/** Visits from today on that await approval. */
export function useRequests(whose: Whose) {
  const { zone } = useLocale();
  return useQuery(requestsQuery(whose, boundsOf(dateOf(new Date(), zone), zone).start));
}

/** The list of visits that await approval, each to approve or decline on the spot. */
export function Requests({ whose, withProvider = false, onOpen }: RequestsProps) {
  const { t } = useTranslation('visit');
  const query = useRequests(whose);
  const none = <EmptyState icon={IconMoodCheck} title={t('requests.none')} text={t('requests.noneText')} />;
  return (
    <QueryView query={query} empty={{ when: (visits) => visits.length === 0, show: none }}>
      {(visits) => (
        <Stack component="ul" p={0} m={0} className={classes.plain}>
          {visits.map((visit) => (
            <li key={visit.id}>
              <Request visit={visit} withProvider={withProvider} onOpen={onOpen} />
            </li>
          ))}
        </Stack>
      )}
    </QueryView>
  );
}

function Request({ visit, withProvider, onOpen }: { visit: Appointment; withProvider: boolean; onOpen: (id: string) => void }) {
  return (
    <Card padding="md">
      <Group wrap="nowrap" align="flex-start">
        <Portrait name={visit.patient.name} size={48} />
        <div className={classes.request}>
          <div>
            <button type="button" className={classes.link} onClick={() => onOpen(visit.id)}>
              {visit.patient.name}
            </button>
            <Text size="sm" c="dimmed">
              {withProvider ? `${visit.visit_type.name} · ${visit.provider.name}` : visit.visit_type.name}
            </Text>
            <ModeLabel mode={visit.mode} />
          </div>
          <VisitTime start={visit.start} end={visit.end} placeZone={visit.location?.time_zone ?? visit.time_zone} />
        </div>
      </Group>
      {visit.reason && <Text mt="sm">{visit.reason}</Text>}
      <div className={classes.requestMoves}>
        <MoveBar visit={{ ...visit, moves: visit.moves.filter((move) => move === 'approve' || move === 'decline') }} />
      </div>
    </Card>
  );
}
