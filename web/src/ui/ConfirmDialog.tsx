import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/ui/useErrorText';

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  /** What the button that does it says: the act itself ("Cancel the visit"), never "OK". */
  confirm: string;
  /** What the button that leaves everything as it is says. */
  keep?: string;
  danger?: boolean;
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}

/** Asks before something that is hard to undo. The failure of doing it is told inside, with what was typed kept. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useTranslation('ui');
  const errorText = useErrorText();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack>
        {props.children}
        {props.error ? (
          <Alert color="red" role="alert">
            {errorText(props.error)}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={props.onClose}>
            {props.keep ?? t('cancel')}
          </Button>
          <Button color={props.danger ? 'red.9' : undefined} loading={props.busy ?? false} onClick={props.onConfirm}>
            {props.confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
