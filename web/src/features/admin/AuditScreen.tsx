import { Button, Menu, Stack } from '@mantine/core';
import { IconDownload, IconListSearch, IconLock } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditEntry, auditFile, type AuditFilter, auditQuery } from '@/api/audit';
import { saveFile } from '@/lib/saveFile';
import { formatDateTime } from '@/lib/time';
import { useAuditWords } from '@/ui/audit/useAuditWords';
import { useWorksAs } from '@/ui/clinic/useClinic';
import { MoreButton } from '@/ui/MoreButton';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { EmptyState } from '@/ui/States';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { AdminScreen } from './AdminScreen';
import { AuditDetails } from './AuditDetails';
import { AuditFilters } from './AuditFilters';
import { AuditStateCard } from './AuditStateCard';
import { Resources } from './Resources';

const route = getRouteApi('/admin/audit');

/** Who looked at or changed what at the clinic, whether that is all true still, and a file of it to take along. */
export function AuditScreen() {
  const { clinic: _, ...search } = route.useSearch();
  const [names, setNames] = useState<Pick<AuditFilter, 'by' | 'patient'>>({});
  const filter: AuditFilter = { ...search, ...names };
  return (
    <AdminScreen section="audit" actions={(clinicId) => <ExportMenu clinicId={clinicId} filter={filter} />}>
      {(clinicId) => <Audit key={clinicId} clinicId={clinicId} filter={filter} onNames={setNames} />}
    </AdminScreen>
  );
}

interface AuditProps {
  clinicId: string;
  filter: AuditFilter;
  onNames: (names: Pick<AuditFilter, 'by' | 'patient'>) => void;
}

function Audit({ clinicId, filter, onNames }: AuditProps) {
  const { t } = useTranslation('audit');
  if (!useWorksAs(clinicId, 'privacy')) {
    return <EmptyState icon={IconLock} title={t('screen.notYours')} text={t('screen.notYoursText')} />;
  }
  return (
    <Stack gap="lg">
      <AuditStateCard clinicId={clinicId} />
      <AuditFilters filter={filter} onNames={onNames} />
      <Entries clinicId={clinicId} filter={filter} />
    </Stack>
  );
}

function Entries({ clinicId, filter }: Omit<AuditProps, 'onNames'>) {
  const { t } = useTranslation('audit');
  const { locale, zone } = useLocale();
  const words = useAuditWords();
  const [open, setOpen] = useState<AuditEntry | null>(null);
  const query = useInfiniteQuery(auditQuery(clinicId, filter));
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const when = (entry: AuditEntry) => formatDateTime(entry.at, zone, locale);
  return (
    <QueryView
      query={query}
      empty={{
        when: ({ pages }) => pages.every((page) => page.items.length === 0),
        show: <EmptyState icon={IconListSearch} title={t('screen.none')} text={t('screen.noneText')} />,
      }}
    >
      {() => (
        <Stack>
          <Resources
            name={t('screen.intro')}
            things={entries.map((entry) => ({ ...entry, id: String(entry.id), entry }))}
            nameOf={({ entry }) => words.action(entry.action)}
            columns={[
              { key: 'what', head: t('screen.what'), cell: ({ entry }) => words.action(entry.action) },
              { key: 'who', head: t('screen.who'), cell: ({ entry }) => <Who entry={entry} /> },
              { key: 'patient', head: t('screen.patient'), cell: ({ entry }) => entry.patient?.name },
              { key: 'why', head: t('screen.why'), cell: ({ entry }) => words.reason(entry.reason) },
              { key: 'when', head: t('screen.when'), cell: ({ entry }) => when(entry) },
            ]}
            edit={({ entry }) => (
              <Button
                size="sm"
                variant="default"
                aria-label={t('screen.detailsOf', { what: words.action(entry.action), when: when(entry) })}
                onClick={() => setOpen(entry)}
              >
                {t('screen.details')}
              </Button>
            )}
          />
          <MoreButton query={query} />
          <AuditDetails entry={open} onClose={() => setOpen(null)} />
        </Stack>
      )}
    </QueryView>
  );
}

function Who({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  const name = entry.actor ? entry.actor.name || t('screen.nobody') : t('screen.system');
  const role = words.acting(entry.acting_as);
  const other = entry.on_behalf_of ? t('screen.onBehalfOf', { name: entry.on_behalf_of.name }) : '';
  return <>{[name, role, other].filter(Boolean).join(', ')}</>;
}

function ExportMenu({ clinicId, filter }: { clinicId: string; filter: AuditFilter }) {
  const { t } = useTranslation('audit');
  const errorText = useErrorText();
  const officer = useWorksAs(clinicId, 'privacy');
  const save = useMutation({
    mutationFn: async (format: 'csv' | 'jsonl') => {
      saveFile(await auditFile(clinicId, filter, format), `audit-${new Date().toISOString().slice(0, 10)}.${format}`);
    },
    onSuccess: () => notifyDone(t('screen.exported')),
    onError: (error) => notifyFailed(errorText(error)),
  });
  if (!officer) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={save.isPending} leftSection={<IconDownload size={18} aria-hidden="true" />}>
          {t('screen.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save.mutate('csv')}>{t('screen.csv')}</Menu.Item>
        <Menu.Item onClick={() => save.mutate('jsonl')}>{t('screen.jsonl')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
