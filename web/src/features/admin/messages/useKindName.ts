import { useTranslation } from 'react-i18next';

/** Names a kind of message; one that has no words yet is shown as it is. */
export function useKindName(): (kind: string) => string {
  const { t, i18n } = useTranslation('messages');
  return (kind) => {
    const key = `admin.kinds.${kind}`;
    return i18n.exists(key, { ns: 'messages' }) ? t(key as 'admin.kinds.reminder') : kind;
  };
}
