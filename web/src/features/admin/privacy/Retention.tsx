import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { retentionQuery } from '@/api/privacy';
import { formatDay } from '@/lib/time';
import { QueryView } from '@/ui/QueryView';
import { useLocale } from '@/ui/useLocale';

/** What the next retention run removes of the clinic's data. */
export function Retention({ clinicId }: { clinicId: string }) {
  const { t, i18n } = useTranslation('admin');
  const { locale, zone } = useLocale();
  const query = useQuery(retentionQuery(clinicId));
  const nameOf = (rule: string) => {
    const key = `privacy.retention.${rule}`;
    return i18n.exists(key, { ns: 'admin' }) ? t(key as 'privacy.retention.messages') : rule;
  };
  return (
    <QueryView query={query}>
      {(lines) => (
        <Table aria-label={t('privacy.retention.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('privacy.retention.rule')}</Table.Th>
              <Table.Th>{t('privacy.retention.before')}</Table.Th>
              <Table.Th ta="end">{t('privacy.retention.count')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lines.map(({ rule, before, count }) => (
              <Table.Tr key={rule}>
                <Table.Td>{nameOf(rule)}</Table.Td>
                <Table.Td>{formatDay(before, zone, locale, true)}</Table.Td>
                <Table.Td ta="end">{count.toLocaleString(locale)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </QueryView>
  );
}
