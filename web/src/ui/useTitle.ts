import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Names the browser tab after the screen. */
export function useTitle(title: string | undefined): void {
  const { t } = useTranslation('ui');
  const written = title ? t('pageTitle', { title }) : t('appName');
  useEffect(() => {
    document.title = written;
  }, [written]);
}
