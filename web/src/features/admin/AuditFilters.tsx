import { Button, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AUDIT_KINDS, type AuditFilter } from '@/api/audit';
import { isOneOf } from '@/lib/preferences';
import { useAuditWords } from '@/ui/audit/useAuditWords';
import type { AuditSearch } from './search';

const route = getRouteApi('/admin/audit');
const TYPING_PAUSE_MS = 400;

/** What is asked for most; others are found by clearing this filter. */
const ACTIONS = [
  'patient:read',
  'patient:list',
  'patient-history:read',
  'provider-history:read',
  'appointment:read',
  'appointment:list',
  'appointment:book',
  'appointment:overbook',
  'appointment:reschedule',
  'appointment:cancel',
  'appointment:check-in',
  'appointment:no-show',
  'patient:add',
  'person:add',
  'person:edit',
  'schedule:edit',
  'clinic:manage',
  'consent:give',
  'consent:withdraw',
  'emergency:open',
  'privacy-export:make',
  'privacy:erase',
  'audit:search',
  'audit:export',
];

interface Props {
  filter: AuditFilter;
  onNames: (names: Pick<AuditFilter, 'by' | 'patient'>) => void;
}

/** Narrows the audit by who, whom, what and when. */
export function AuditFilters({ filter, onNames }: Props) {
  const { t } = useTranslation(['audit', 'ui']);
  const words = useAuditWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState({ by: filter.by ?? '', patient: filter.patient ?? '' });
  const namesSoon = useDebouncedCallback(({ by, patient }: typeof typed) => {
    onNames({ ...(by.trim() ? { by: by.trim() } : {}), ...(patient.trim() ? { patient: patient.trim() } : {}) });
  }, TYPING_PAUSE_MS);
  const type = (change: Partial<typeof typed>) => {
    setTyped({ ...typed, ...change });
    namesSoon({ ...typed, ...change });
  };
  const go = (next: AuditSearch) => void navigate({ search: next, replace: true, resetScroll: false });
  const set = (key: keyof AuditSearch, value: string | null) => {
    const { [key]: _, ...rest } = search;
    go(value ? { ...rest, [key]: value } : rest);
  };
  const clear = () => {
    setTyped({ by: '', patient: '' });
    onNames({});
    go(search.clinic ? { clinic: search.clinic } : {});
  };
  const name = (key: 'by' | 'patient') => (
    <TextInput
      type="search"
      label={t(`audit:screen.${key}`)}
      placeholder={t('audit:screen.byHint')}
      maxLength={100}
      value={typed[key]}
      onChange={(event) => type({ [key]: event.currentTarget.value })}
    />
  );
  const day = (key: 'from' | 'to') => (
    <TextInput
      type="date"
      label={t(`audit:screen.${key}`)}
      value={search[key] ?? ''}
      onChange={(event) => set(key, event.currentTarget.value)}
    />
  );
  return (
    <SimpleGrid cols={{ base: 2, md: 3 }} spacing="sm" style={{ alignItems: 'end' }}>
      {name('by')}
      {name('patient')}
      <Select
        label={t('audit:screen.action')}
        placeholder={t('ui:any')}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('ui:any') }}
        data={ACTIONS.map((action) => ({ value: action, label: words.action(action) }))}
        value={search.action ?? null}
        onChange={(action) => set('action', action)}
      />
      <Select
        label={t('audit:screen.kind')}
        placeholder={t('audit:screen.all')}
        clearable
        clearButtonProps={{ 'aria-label': t('audit:screen.all') }}
        data={AUDIT_KINDS.map((kind) => ({ value: kind, label: t(`audit:screen.${kind}`) }))}
        value={search.kind ?? null}
        onChange={(kind) => set('kind', isOneOf(AUDIT_KINDS, kind) ? kind : null)}
      />
      {day('from')}
      {day('to')}
      {Object.keys(filter).length > 0 && (
        <div>
          <Button variant="subtle" px="xs" onClick={clear}>
            {t('audit:screen.clear')}
          </Button>
        </div>
      )}
    </SimpleGrid>
  );
}
