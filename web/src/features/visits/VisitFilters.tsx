import { Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MODES, STATUSES } from '@/api/types';
import { isOneOf } from '@/lib/preferences';
import { useActingFor } from '@/ui/delegates/useActingFor';
import type { VisitsSearch } from './search';
import classes from './Visits.module.css';

const TYPING_PAUSE_MS = 300;
const ME = 'me';

/** Narrows the list by words, status and way of meeting. */
export function VisitFilters({ search, onChange }: { search: VisitsSearch; onChange: (next: VisitsSearch) => void }) {
  const { t } = useTranslation(['visits', 'delegates', 'ui']);
  const [words, setWords] = useState(search.q ?? '');
  const set = (change: { [K in keyof VisitsSearch]: VisitsSearch[K] | undefined }) => {
    const next = Object.entries({ ...search, ...change }).filter(([, value]) => Boolean(value));
    onChange(Object.fromEntries(next));
  };
  const searchSoon = useDebouncedCallback((q: string) => set({ q: q.trim() }), TYPING_PAUSE_MS);
  const others = useActingFor('visits');
  return (
    <div className={classes.filters}>
      {others.length > 0 && (
        <Select
          label={t('delegates:whose')}
          data={[{ value: ME, label: t('delegates:mine') }, ...others.map(({ id, name }) => ({ value: id, label: name }))]}
          allowDeselect={false}
          value={search.of ?? ME}
          onChange={(id) => set({ of: id && id !== ME ? id : undefined })}
        />
      )}
      <TextInput
        type="search"
        label={t('visits:filter.search')}
        placeholder={t('visits:filter.searchHint')}
        value={words}
        maxLength={100}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          searchSoon(event.currentTarget.value);
        }}
      />
      <Select
        label={t('visits:filter.status')}
        placeholder={search.tab === 'past' ? t('ui:any') : t('visits:filter.active')}
        clearable
        clearButtonProps={{ 'aria-label': t('ui:any') }}
        data={STATUSES.map((status) => ({ value: status, label: t(`ui:status.${status}`) }))}
        value={search.status ?? null}
        onChange={(status) => set({ status: isOneOf(STATUSES, status) ? status : undefined })}
      />
      <Select
        label={t('visits:filter.mode')}
        placeholder={t('ui:any')}
        clearable
        clearButtonProps={{ 'aria-label': t('ui:any') }}
        data={MODES.map((mode) => ({ value: mode, label: t(`ui:mode.${mode}`) }))}
        value={search.mode ?? null}
        onChange={(mode) => set({ mode: isOneOf(MODES, mode) ? mode : undefined })}
      />
    </div>
  );
}
