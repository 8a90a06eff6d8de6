import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

const LONG_ENOUGH_MS = 12_000;

/** A short message in the corner with a button that takes back what was done. */
export function notifyUndo(message: string, undo: string, onUndo: () => void): void {
  const id = notifications.show({
    message: (
      <Group justify="space-between" wrap="nowrap">
        {message}
        <Button
          size="sm"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            onUndo();
          }}
        >
          {undo}
        </Button>
      </Group>
    ),
    color: 'lagoon',
    autoClose: LONG_ENOUGH_MS,
    withBorder: true,
    closeButtonProps: { 'aria-label': i18next.t('ui:close') },
  });
}
