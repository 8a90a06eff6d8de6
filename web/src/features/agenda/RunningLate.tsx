import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellRunningLate } from '@/api/reminders';
import { notifyDone } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';

const SHORTEST = 5;
const LONGEST = 240;

/** Tells the next patients that it will be later. */
export function RunningLate({ providerId }: { providerId: string }) {
  const { t } = useTranslation(['agenda', 'ui']);
  const [open, setOpen] = useState(false);
  const [minutes, setMinutes] = useState<number | string>(15);
  const errorText = useErrorText();
  const fits = typeof minutes === 'number' && minutes >= SHORTEST && minutes <= LONGEST;
  const tell = useMutation({
    mutationFn: () => tellRunningLate(providerId, Number(minutes)),
    onSuccess: (count) => {
      setOpen(false);
      notifyDone(t('agenda:late.told', { count }));
    },
  });
  return (
    <>
      <Button variant="default" leftSection={<IconClockExclamation size={18} aria-hidden />} onClick={() => setOpen(true)}>
        {t('agenda:late.button')}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('agenda:late.title')}
        closeButtonProps={{ 'aria-label': t('ui:close') }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (fits) tell.mutate();
          }}
        >
          <Stack>
            <Text>{t('agenda:late.text')}</Text>
            <NumberInput
              label={t('agenda:late.minutes')}
              value={minutes}
              onChange={setMinutes}
              min={SHORTEST}
              max={LONGEST}
              step={5}
              allowDecimal={false}
              data-autofocus
            />
            {tell.error && (
              <Text c="red" role="alert">
                {errorText(tell.error)}
              </Text>
            )}
            <Group justify="flex-end">
              <Button type="submit" disabled={!fits} loading={tell.isPending}>
                {t('agenda:late.tell')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
