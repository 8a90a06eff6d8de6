import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

const SHORT_MS = 5_000;
const LONG_MS = 10_000;

/** A short message at the top, read out politely: something was done. */
export function notifyDone(message: string): void {
  show(message, 'lagoon', SHORT_MS, 'status');
}

/** A short message at the top, read out at once: something was not done. Stays longer, since it has to be read. */
export function notifyFailed(message: string): void {
  show(message, 'red', LONG_MS, 'alert');
}

function show(message: string, color: string, autoClose: number, role: 'status' | 'alert'): void {
  const closeButtonProps = { 'aria-label': i18next.t('ui:close') };
  notifications.show({ message, color, autoClose, role, withBorder: true, closeButtonProps });
}
