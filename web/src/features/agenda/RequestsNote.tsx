import { Alert, Group } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '@/ui/ButtonLink';
import { useRequests } from '@/ui/visit/Requests';

/** Tells of requests that wait for an answer; says nothing when there are none. */
export function RequestsNote({ providerId }: { providerId: string }) {
  const { t } = useTranslation('agenda');
  const count = useRequests({ provider_id: providerId }).data?.length ?? 0;
  if (count === 0) return null;
  return (
    <Alert color="yellow" variant="light" icon={<IconInbox size={22} aria-hidden="true" />}>
      <Group justify="space-between" gap="sm">
        {t('requests.waiting', { count })}
        <ButtonLink to="/schedule/requests" size="sm" variant="default">
          {t('requests.open')}
        </ButtonLink>
      </Group>
    </Alert>
  );
}
