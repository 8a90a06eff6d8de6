import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellLate } from '@/api/visitRooms';

const CHOICES = [5, 10, 15, 20, 30, 45, 60];

/** Says that one is running late; `who` hears of it. */
export function LateButton({ roomId, who }: { roomId: string; who: string }) {
  const { t } = useTranslation('room');
  const [asking, setAsking] = useState(false);
  const [minutes, setMinutes] = useState(10);
  const tell = useMutation({ mutationFn: () => tellLate(roomId, minutes), onSuccess: () => setAsking(false) });
  return (
    <div>
      {tell.isSuccess && !asking && <Text role="status">{t('late.sent', { who })}</Text>}
      {tell.isError && <Text role="alert">{t('guests.failed')}</Text>}
      {asking ? (
        <Group align="flex-end" gap="xs">
          <NativeSelect
            label={t('late.by')}
            value={String(minutes)}
            onChange={(event) => setMinutes(Number(event.currentTarget.value))}
            data={CHOICES.map((count) => ({ value: String(count), label: t('late.minutes', { count }) }))}
          />
          <Button loading={tell.isPending} onClick={() => tell.mutate()}>
            {t('late.tell')}
          </Button>
        </Group>
      ) : (
        <Button variant="default" onClick={() => setAsking(true)}>
          {t('late.say')}
        </Button>
      )}
    </div>
  );
}
