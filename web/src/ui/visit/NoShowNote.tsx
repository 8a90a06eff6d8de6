import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { visitRulesQuery } from '@/api/visitRooms';
import { useNow } from '@/lib/useNow';
import { EndDialog } from './EndDialog';
import { isMissed } from './missed';

/** For the clinic's day: visits by video whose patient never came. Proposes to note that; nothing is noted by itself. */
export function NoShowNote({ visits }: { visits: Appointment[] }) {
  const { t } = useTranslation('visit');
  const now = useNow(30_000);
  const clinicId = visits[0]?.clinic.id;
  const rules = useQuery({ ...visitRulesQuery(clinicId ?? ''), enabled: clinicId !== undefined }).data;
  const [asking, setAsking] = useState<Appointment | null>(null);
  const missed = visits.filter((visit) => rules && isMissed(visit, rules.no_show_minutes ?? Infinity, now));
  if (missed.length === 0 && !asking) return null;
  return (
    <Alert icon={<IconUserOff size={20} />} color="yellow" title={t('missed.title')} role="status">
      <Stack gap="xs">
        <Text size="sm">{t('missed.text')}</Text>
        {missed.map((visit) => (
          <Group key={visit.id} justify="space-between">
            <Text>{visit.patient.name}</Text>
            <Button
              size="xs"
              variant="default"
              aria-label={t('missed.noteFor', { name: visit.patient.name })}
              onClick={() => setAsking(visit)}
            >
              {t('missed.note')}
            </Button>
          </Group>
        ))}
      </Stack>
      {asking && <EndDialog visit={asking} move="no-show" onClose={() => setAsking(null)} />}
    </Alert>
  );
}
