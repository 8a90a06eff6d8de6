import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { visitRoomQuery } from '@/api/visitRooms';
import type { Call, CallView } from './engine/call';

interface PhoneDialogProps {
  call: Call;
  view: CallView;
  roomId: string;
  opened: boolean;
  onClose: () => void;
}

/** Going on by telephone when sound and picture fail: the number, and a word to the others. */
export function PhoneDialog({ call, view, roomId, opened, onClose }: PhoneDialogProps) {
  const { t } = useTranslation(['call', 'ui']);
  const { data: room } = useQuery({ ...visitRoomQuery(roomId), enabled: opened });
  const phone = room?.phone;
  const act = view.own.phone ? () => call.backFromPhone() : () => void call.switchToPhone();
  return (
    <Modal opened={opened} onClose={onClose} title={t('phone.title')} closeButtonProps={{ 'aria-label': t('ui:close') }}>
      <Stack>
        {phone ? (
          <Text size="xl" fw={700}>
            <Anchor href={`tel:${phone.replace(/[^+\d]/gu, '')}`}>{phone}</Anchor>
          </Text>
        ) : (
          <Text>{t('phone.none')}</Text>
        )}
        <Text>{t(view.own.phone ? 'phone.on' : 'phone.text')}</Text>
        <Group justify="flex-end">
          <Button
            onClick={() => {
              act();
              onClose();
            }}
          >
            {t(view.own.phone ? 'phone.back' : 'phone.switch')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
