import { Button, Group, Modal, NumberInput, Select, Stack, Text } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellRunningLate } from '@/api/reminders';
import { notifyDone } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';

const SHORTEST = 5;
const LONGEST = 240;

type Whose =
  | { provider: string; among?: never }
  /** One of several, who is asked for. */
  | { among: { id: string; name: string }[]; provider?: never };

/** Tells the next patients of a provider that it will be later. */
export function RunningLate({ provider, among }: Whose) {
  const { t } = useTranslation(['visit', 'ui']);
  const [open, setOpen] = useState(false);
  const [minutes, setMinutes] = useState<number | string>(15);
  const [chosen, setChosen] = useState<string | null>(null);
  const errorText = useErrorText();
  const late = provider ?? chosen;
  const fits = late !== null && typeof minutes === 'number' && minutes >= SHORTEST && minutes <= LONGEST;
  const tell = useMutation({
    mutationFn: (id: string) => tellRunningLate(id, Number(minutes)),
    onSuccess: (count) => {
      setOpen(false);
      setChosen(null);
      notifyDone(t('visit:late.told', { count }));
    },
  });
  return (
    <>
      <Button variant="default" leftSection={<IconClockExclamation size={18} aria-hidden />} onClick={() => setOpen(true)}>
        {t(among ? 'visit:late.buttonDesk' : 'visit:late.button')}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('visit:late.title')}
        closeButtonProps={{ 'aria-label': t('ui:close') }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (fits) tell.mutate(late);
          }}
        >
          <Stack>
            <Text>{t('visit:late.text')}</Text>
            {among && (
              <Select
                label={t('visit:late.provider')}
                data={among.map(({ id, name }) => ({ value: id, label: name }))}
                value={chosen}
                onChange={setChosen}
                searchable
                required
                data-autofocus
              />
            )}
            <NumberInput
              label={t('visit:late.minutes')}
              value={minutes}
              onChange={setMinutes}
              min={SHORTEST}
              max={LONGEST}
              step={5}
              allowDecimal={false}
              data-autofocus={among ? undefined : true}
            />
            {tell.error && (
              <Text c="red" role="alert">
                {errorText(tell.error)}
              </Text>
            )}
            <Group justify="flex-end">
              <Button type="submit" disabled={!fits} loading={tell.isPending}>
                {t('visit:late.tell')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
