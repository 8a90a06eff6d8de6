import { Alert, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconClock, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type AuditFinding, type AuditState, auditStateQuery } from '@/api/audit';
import { formatDateTime } from '@/lib/time';
import { QueryView } from '@/ui/QueryView';
import { Loading } from '@/ui/States';
import { useLocale } from '@/ui/useLocale';

const SHOWN = 10;
const KINDS = ['changed', 'removed', 'inserted', 'reordered', 'rewritten', 'moved', 'checkpoint'] as const;

/** Whether the chains were found whole, when, and up to where they are signed. */
export function AuditStateCard({ clinicId }: { clinicId: string }) {
  const query = useQuery(auditStateQuery(clinicId));
  return (
    <QueryView query={query} loading={<Loading rows={1} height={90} />}>
      {(state) => <State state={state} />}
    </QueryView>
  );
}

function State({ state }: { state: AuditState }) {
  const { t } = useTranslation('audit');
  const { locale, zone } = useLocale();
  const at = (instant: string) => formatDateTime(instant, zone, locale);
  const { checked_at, whole_checked_at, findings, checkpoint, signed_at, unsigned } = state;
  if (!checked_at) {
    return (
      <Alert color="gray" icon={<IconClock aria-hidden="true" />} title={t('state.title')}>
        {t('state.never')}
      </Alert>
    );
  }
  const bad = findings.length > 0;
  return (
    <Alert
      color={bad ? 'red' : 'lagoon'}
      role={bad ? 'alert' : undefined}
      icon={bad ? <IconAlertTriangle aria-hidden="true" /> : <IconShieldCheck aria-hidden="true" />}
      title={t('state.title')}
    >
      <Stack gap={6}>
        <Text>
          {bad ? t('state.bad', { count: findings.length, when: at(checked_at) }) : t('state.good', { when: at(checked_at) })}
        </Text>
        {bad && <Findings findings={findings} />}
        {!bad && whole_checked_at && <Text size="sm">{t('state.whole', { when: at(whole_checked_at) })}</Text>}
        {checkpoint !== null && signed_at && (
          <Text size="sm">
            {t('state.signed', { number: checkpoint, when: at(signed_at) })}{' '}
            {unsigned > 0 && t('state.unsigned', { count: unsigned })}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}

function Findings({ findings }: { findings: AuditFinding[] }) {
  const { t } = useTranslation('audit');
  const kind = (found: string) => KINDS.find((one) => one === found);
  return (
    <>
      <List>
        {findings.slice(0, SHOWN).map((finding) => {
          const known = kind(finding.kind);
          const where = [
            finding.seq !== null && t('state.where', { seq: finding.seq }),
            finding.entry !== null && t('state.entry', { entry: finding.entry }),
          ].filter(Boolean);
          return (
            <List.Item key={`${finding.kind}${finding.chain ?? ''}${finding.seq ?? ''}${finding.entry ?? ''}`}>
              {[known ? t(`state.kind.${known}`) : finding.kind, ...where].join(', ')}
              <Text size="sm" c="dimmed" lang="en">
                {finding.words}
              </Text>
            </List.Item>
          );
        })}
      </List>
      {findings.length > SHOWN && <Text>{t('state.more', { count: findings.length - SHOWN })}</Text>}
      <Text size="sm">{t('state.badText')}</Text>
    </>
  );
}
