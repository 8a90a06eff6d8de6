import { Alert, Button, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/ui/useErrorText';

interface ConflictDialogProps {
  opened: boolean;
  busy: boolean;
  error: unknown;
  /** Drops what was changed here and shows theirs. */
  onReload: () => void;
  /** Saves what is here over theirs. */
  onOverwrite: () => void;
  onClose: () => void;
}

/** Somebody else saved in the meantime: whose version stays is asked, never decided. */
export function ConflictDialog({ opened, busy, error, onReload, onOverwrite, onClose }: ConflictDialogProps) {
  const { t } = useTranslation(['schedule', 'ui']);
  const errorText = useErrorText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('schedule:conflict.title')}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      <Stack>
        <Text>{t('schedule:conflict.text')}</Text>
        {error ? (
          <Alert color="red" role="alert">
            {errorText(error)}
          </Alert>
        ) : null}
        <Button onClick={onReload} disabled={busy}>
          {t('schedule:conflict.reload')}
        </Button>
        <Button color="red.9" variant="outline" onClick={onOverwrite} disabled={busy}>
          {t('schedule:conflict.overwrite')}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t('schedule:conflict.keep')}
        </Button>
      </Stack>
    </Modal>
  );
}
