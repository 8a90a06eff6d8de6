import { Button, Group, Modal, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '@/api/audit';
import { formatDateTime } from '@/lib/time';
import { useAuditWords } from '@/ui/audit/useAuditWords';
import { useLocale } from '@/ui/useLocale';
import classes from './Admin.module.css';

const route = getRouteApi('/admin/audit');

/** One entry with all there is to it, and the way to what else that person did, or was done about that patient. */
export function AuditDetails({ entry, onClose }: { entry: AuditEntry | null; onClose: () => void }) {
  const { t } = useTranslation(['audit', 'ui']);
  const words = useAuditWords();
  return (
    <Modal
      opened={entry !== null}
      onClose={onClose}
      size="lg"
      title={entry ? words.action(entry.action) : ''}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      {entry && <Facts entry={entry} onClose={onClose} />}
    </Modal>
  );
}

function Facts({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { t } = useTranslation('audit');
  const { locale, zone } = useLocale();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const only = (key: 'by_id' | 'patient_id', id: string) => {
    onClose();
    void navigate({ search: { ...search, [key]: id }, resetScroll: false });
  };
  const { actor, patient, link } = entry;
  const facts: [string, string][] = [
    [t('screen.when'), formatDateTime(entry.at, zone, locale)],
    [t('screen.who'), actor ? actor.name || t('screen.nobody') : t('screen.system')],
    [t('screen.patient'), patient?.name ?? ''],
    [t('screen.what'), entry.action],
    [t('screen.record'), `${entry.thing} ${entry.thing_id}`],
    ...Object.entries(entry.data).map(([name, value]): [string, string] => [name, plain(value)]),
    [t('screen.link'), link ? t('screen.linkText', { seq: link.seq, chain: link.chain }) : t('screen.noLink')],
    [t('screen.hash'), link?.hash ?? ''],
  ];
  return (
    <Stack>
      <dl className={classes.cardFacts}>
        {facts
          .filter(([, words]) => words)
          .map(([head, words]) => [<dt key={`${head}-term`}>{head}</dt>, <dd key={head}>{words}</dd>])}
      </dl>
      <Group gap="xs">
        {actor && (
          <Button variant="light" onClick={() => only('by_id', actor.id)}>
            {t('screen.onlyPerson', { name: actor.name || t('screen.nobody') })}
          </Button>
        )}
        {patient && (
          <Button variant="light" onClick={() => only('patient_id', patient.id)}>
            {t('screen.onlyPatient', { name: patient.name || t('screen.nobody') })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
