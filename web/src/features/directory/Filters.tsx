import { Button, Collapse, Select, Stack } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconAdjustments } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { facetsQuery } from '@/api/providers';
import { MODES } from '@/api/types';
import { isOneOf } from '@/lib/preferences';
import { useLanguageName } from '@/ui/useLanguageName';
import type { FindSearch } from './search';

interface FiltersProps {
  search: FindSearch;
  onChange: (next: FindSearch) => void;
}

type FilterName = Exclude<keyof FindSearch, 'q'>;
const NAMES: FilterName[] = ['specialty', 'mode', 'language', 'insurance', 'location'];

/** The filters beside the results; on a phone behind a button that tells how many are on. */
export function Filters({ search, onChange }: FiltersProps) {
  const { t } = useTranslation('directory');
  const wide = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
  const [opened, { toggle }] = useDisclosure(false);
  const active = NAMES.filter((name) => search[name] !== undefined).length;
  const form = (
    <Stack gap="sm">
      <FilterFields search={search} onChange={onChange} />
      {active > 0 && (
        <Button variant="subtle" size="sm" onClick={() => onChange(search.q ? { q: search.q } : {})}>
          {t('find.clear')}
        </Button>
      )}
    </Stack>
  );
  if (wide) return <section aria-label={t('find.filters')}>{form}</section>;
  return (
    <section aria-label={t('find.filters')}>
      <Button
        variant="default"
        fullWidth
        leftSection={<IconAdjustments size={18} aria-hidden="true" />}
        aria-expanded={opened}
        onClick={toggle}
      >
        {active > 0 ? t('find.filtersCount', { count: active }) : t('find.filters')}
      </Button>
      <Collapse expanded={opened}>
        <div style={{ paddingTop: 12 }}>{form}</div>
      </Collapse>
    </section>
  );
}

function FilterFields({ search, onChange }: FiltersProps) {
  const { t } = useTranslation(['directory', 'ui']);
  const nameOf = useLanguageName();
  const { data } = useQuery(facetsQuery());
  const options: Record<FilterName, { value: string; label: string }[]> = {
    specialty: data?.specialties.map(({ code, name }) => ({ value: code, label: name })) ?? [],
    mode: MODES.map((mode) => ({ value: mode, label: t(`ui:mode.${mode}`) })),
    language: data?.languages.map(({ code }) => ({ value: code, label: nameOf(code) })) ?? [],
    insurance: data?.insurance_plans.map(({ name }) => ({ value: name, label: name })) ?? [],
    location: data?.locations.map(({ id, name, city }) => ({ value: id, label: `${name}, ${city}` })) ?? [],
  };
  const set = (name: FilterName, value: string | null) => {
    const { [name]: _before, ...rest } = search;
    if (value === null) onChange(rest);
    else if (name !== 'mode') onChange({ ...rest, [name]: value });
    else if (isOneOf(MODES, value)) onChange({ ...rest, mode: value });
  };
  return NAMES.map((name) => (
    <Select
      key={name}
      label={t(`directory:find.${name}`)}
      placeholder={t('ui:any')}
      data={options[name]}
      value={search[name] ?? null}
      onChange={(value) => set(name, value)}
      clearable
      searchable={options[name].length > 8}
      clearButtonProps={{ 'aria-label': t('directory:find.clearOne', { name: t(`directory:find.${name}`) }) }}
      nothingFoundMessage={t('directory:find.none')}
    />
  ));
}
