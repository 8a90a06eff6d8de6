import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { notifyDone } from '@/ui/notify';
import { complainedFields } from './fieldErrors';

interface Saving<Values> {
  form: { values: Values; setErrors: (errors: Record<string, string>) => void };
  save: (values: Values) => Promise<unknown>;
  /** What shows the thing, fetched again afterwards. */
  keys: QueryKey[];
  onSaved: () => void;
}

/** Saves a form: tells that it is done, or marks the fields that the server did not take. */
export function useSave<Values>({ form, save, keys, onSaved }: Saving<Values>) {
  const { t } = useTranslation(['admin', 'ui']);
  const client = useQueryClient();
  const refresh = () => Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
  return useMutation({
    mutationFn: save,
    onSuccess: () => {
      notifyDone(t('ui:saved'));
      onSaved();
      return refresh();
    },
    onError: (error) => {
      const errors = complainedFields(error).map((field) => [field, t('admin:notTaken')]);
      form.setErrors(Object.fromEntries(errors) as Record<string, string>);
    },
  });
}
