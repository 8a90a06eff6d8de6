import { Alert, Button, Drawer, Group, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode, SubmitEventHandler } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/ui/useErrorText';

interface EditDrawerProps {
  title: string;
  opened: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A form beside the list it belongs to. */
export function EditDrawer({ title, opened, onClose, children }: EditDrawerProps) {
  const { t } = useTranslation('ui');
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={title}
      position="right"
      size={phone ? '100%' : '34rem'}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {opened && children}
    </Drawer>
  );
}

interface EditFormProps {
  busy: boolean;
  error: unknown;
  onSubmit: SubmitEventHandler<HTMLFormElement>;
  onClose: () => void;
  /** What the button says; "Save" when left out. */
  action?: string;
  children: ReactNode;
}

/** Fields, what went wrong, and the buttons. */
export function EditForm({ busy, error, onSubmit, onClose, action, children }: EditFormProps) {
  const { t } = useTranslation('ui');
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack pb="xl">
        {children}
        <FormError error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {action ?? t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Why a form was not saved. */
export function FormError({ error }: { error: unknown }) {
  const errorText = useErrorText();
  if (!error) return null;
  return (
    <Alert color="red" role="alert">
      {errorText(error)}
    </Alert>
  );
}
