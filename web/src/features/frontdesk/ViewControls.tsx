import { Group, SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { COLUMNS, type DeskSearch, SHOWN } from './search';

interface ViewControlsProps {
  search: DeskSearch;
  onChange: (change: Pick<DeskSearch, 'by' | 'shown'>) => void;
}

/** What the columns are, and whether those without visits are there too. */
export function ViewControls({ search, onChange }: ViewControlsProps) {
  const { t } = useTranslation('frontdesk');
  return (
    <Group gap="sm">
      <SegmentedControl
        aria-label={t('columns')}
        value={search.by ?? 'provider'}
        onChange={(by) => onChange({ by })}
        data={COLUMNS.map((value) => ({ value, label: t(`by.${value}`) }))}
      />
      <SegmentedControl
        aria-label={t('shownLabel')}
        value={search.shown ?? 'busy'}
        onChange={(shown) => onChange({ shown })}
        data={SHOWN.map((value) => ({ value, label: t(`shown.${value}`) }))}
      />
    </Group>
  );
}
