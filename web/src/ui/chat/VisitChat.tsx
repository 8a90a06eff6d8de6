import { Card, Title } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { ChatPanel } from './ChatPanel';

/** The conversation on a visit's own page. Visits that are not held by video have none. */
export function VisitChat({ visit }: { visit: Appointment }) {
  const { t } = useTranslation('chat');
  const id = useId();
  if (visit.mode !== 'telehealth' || visit.status === 'requested') return null;
  return (
    <Card component="section" aria-labelledby={id} p={{ base: 'md', sm: 'xl' }}>
      <Title order={2} size="h3" mb="md" id={id}>
        {t('title')}
      </Title>
      <ChatPanel roomId={visit.id} />
    </Card>
  );
}
