import { useTranslation } from 'react-i18next';

/** "Firefox on Windows", in the reader's language. */
export function useDevice(device: string): string {
  const { t } = useTranslation('ui');
  const [browser, system] = device.split(' on ');
  if (!browser) return t('device.none');
  return system ? t('device.named', { browser, system }) : browser;
}
