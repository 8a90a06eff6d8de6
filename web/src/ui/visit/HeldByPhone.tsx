import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { noteByPhone, visitRoomQuery } from '@/api/visitRooms';

/** Whether a visit by video was held by telephone after all, to be noted by those who held it. */
export function HeldByPhone({ visitId }: { visitId: string }) {
  const { t } = useTranslation('visit');
  const client = useQueryClient();
  const query = visitRoomQuery(visitId);
  const byPhone = useQuery(query).data?.by_phone;
  const note = useMutation({
    mutationFn: (next: boolean) => noteByPhone(visitId, next),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: query.queryKey });
      void client.invalidateQueries({ queryKey: ['appointments'] });
    },
  });
  if (byPhone === undefined) return null;
  return (
    <Group gap="xs">
      <span>{t(byPhone ? 'byPhone.yes' : 'byPhone.no')}</span>
      <Button size="compact-sm" variant="default" loading={note.isPending} onClick={() => note.mutate(!byPhone)}>
        {t(byPhone ? 'byPhone.undo' : 'byPhone.note')}
      </Button>
      {note.isError && (
        <Text size="sm" role="alert">
          {t('byPhone.failed')}
        </Text>
      )}
    </Group>
  );
}
