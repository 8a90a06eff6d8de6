import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { updateMe, useUser } from '@/api/session';
import { type Preferences, setPreferences } from '@/lib/preferences';
import { notifyFailed } from '@/ui/notify';

/** Changes preferences here at once and, for what belongs to the account, there as well. */
export function useSavePreference(): (change: Partial<Preferences>) => void {
  const { t } = useTranslation('preferences');
  const user = useUser();
  const account = useMutation({ mutationFn: updateMe, onError: () => notifyFailed(t('notKept')) });
  return (change) => {
    setPreferences(change);
    const kept = {
      ...(change.language ? { language: change.language } : {}),
      ...(change.timeZone ? { time_zone: change.timeZone } : {}),
    };
    if (user && Object.keys(kept).length > 0) account.mutate(kept);
  };
}
