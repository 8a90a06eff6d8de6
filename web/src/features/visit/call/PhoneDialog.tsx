import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Call, CallView } from './engine/call';
import { PhoneNumber } from './PhoneNumber';

interface PhoneDialogProps {
  call: Call;
  view: CallView;
  opened: boolean;
  onClose: () => void;
}

/** Going on by telephone when sound and picture fail: the number, and a word to the others. */
export function PhoneDialog({ call, view, opened, onClose }: PhoneDialogProps) {
  const { t } = useTranslation(['call', 'ui']);
  const act = view.own.phone ? () => call.backFromPhone() : () => void call.switchToPhone();
  return (
    <Modal opened={opened} onClose={onClose} title={t('phone.title')} closeButtonProps={{ 'aria-label': t('ui:close') }}>
      <Stack>
        {opened && <PhoneNumber />}
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
