import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { notifyFailed } from '@/ui/notify';
import { notifyUndo } from '@/ui/notifyUndo';
import { useErrorText } from '@/ui/useErrorText';

/** Switches things of one kind off and on; nothing is lost by either, so it is done at once and can be taken back. */
export function useActive<T extends { id: string; name: string }>(
  key: QueryKey,
  change: (thing: T, active: boolean) => Promise<unknown>,
): (thing: T, active: boolean) => void {
  const { t } = useTranslation('admin');
  const client = useQueryClient();
  const errorText = useErrorText();
  const set = useMutation({
    mutationFn: async ({ thing, active }: { thing: T; active: boolean; again?: boolean }) => change(thing, active),
    onSuccess: (changed, { thing, active, again }) => {
      if (again) return;
      // What comes back carries the new version; what was switched has the old one.
      const newest = { ...thing, ...(changed as Partial<T> | undefined) };
      notifyUndo(t(active ? 'switchedOn' : 'switchedOff', { name: thing.name }), t('undo'), () =>
        set.mutate({ thing: newest, active: !active, again: true }),
      );
    },
    onError: (error) => notifyFailed(errorText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  return (thing, active) => set.mutate({ thing, active });
}
