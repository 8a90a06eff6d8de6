import { Alert, Badge, Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type ClinicConsents,
  type ConsentEntry,
  type ConsentKind,
  type ConsentState,
  consentsQuery,
  giveConsent,
  textQuery,
  withdrawConsent,
} from '@/api/consents';
import { formatDateTime } from '@/lib/time';
import { WordingText } from '@/ui/consent/Wording';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { Section } from '@/ui/Section';
import classes from './Privacy.module.css';

/** What the person agreed to at each clinic: read it, agree, take it back, and see all that happened. */
export function ConsentsSection() {
  const { t } = useTranslation('privacy');
  const query = useQuery(consentsQuery());
  return (
    <Section title={t('consents.title')} text={t('consents.text')}>
      <QueryView query={query} empty={{ when: (items) => items.length === 0, show: <Text>{t('consents.none')}</Text> }}>
        {(items) => (
          <Stack gap="xl">
            {items.map((at) => (
              <Clinic key={at.clinic_id} at={at} />
            ))}
          </Stack>
        )}
      </QueryView>
    </Section>
  );
}

function Clinic({ at }: { at: ClinicConsents }) {
  const { t } = useTranslation('privacy');
  const [history, setHistory] = useState(false);
  return (
    <div>
      <Title order={3} size="h4" mb="xs">
        {at.clinic_name}
      </Title>
      <ul className={classes.rows}>
        {at.states.map((state) => (
          <Consent key={state.kind} clinicId={at.clinic_id} state={state} />
        ))}
      </ul>
      {at.history.length > 0 && (
        <>
          <Button variant="subtle" mt="xs" px="xs" aria-expanded={history} onClick={() => setHistory(!history)}>
            {t(history ? 'consents.hideHistory' : 'consents.showHistory')}
          </Button>
          {history && <History entries={at.history} />}
        </>
      )}
    </div>
  );
}

function Consent({ clinicId, state }: { clinicId: string; state: ConsentState }) {
  const { t } = useTranslation(['privacy', 'consent']);
  const { locale, zone } = useLocale();
  const [open, setOpen] = useState<'read' | 'withdraw' | null>(null);
  const name = t(`consent:kind.${state.kind}`);
  return (
    <li>
      <div className={classes.what}>
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="dimmed">
          {state.at
            ? t(`privacy:consents.since.${state.state}`, { when: formatDateTime(state.at, zone, locale) })
            : t('privacy:consents.since.open')}
        </Text>
      </div>
      <Badge variant="light" size="lg" color={state.state === 'given' ? undefined : 'gray'}>
        {t(`privacy:consents.state.${state.state}`)}
      </Badge>
      {state.state === 'given' ? (
        <Group gap="xs">
          <Button variant="default" size="sm" aria-label={t('privacy:consents.readName', { name })} onClick={() => setOpen('read')}>
            {t('privacy:consents.read')}
          </Button>
          <Button
            variant="default"
            size="sm"
            aria-label={t('privacy:consents.withdrawName', { name })}
            onClick={() => setOpen('withdraw')}
          >
            {t('privacy:consents.withdraw')}
          </Button>
        </Group>
      ) : (
        <Button variant="light" size="sm" aria-label={t('privacy:consents.giveName', { name })} onClick={() => setOpen('read')}>
          {t('privacy:consents.give')}
        </Button>
      )}
      <ReadDialog clinicId={clinicId} state={state} name={name} opened={open === 'read'} onClose={() => setOpen(null)} />
      <WithdrawDialog
        clinicId={clinicId}
        kind={state.kind}
        name={name}
        opened={open === 'withdraw'}
        onClose={() => setOpen(null)}
      />
    </li>
  );
}

interface DialogProps {
  clinicId: string;
  name: string;
  opened: boolean;
  onClose: () => void;
}

/** The wording that was agreed to; or the one in force, to agree to it. */
function ReadDialog({ clinicId, state, name, opened, onClose }: DialogProps & { state: ConsentState }) {
  const { t } = useTranslation(['privacy', 'ui']);
  const { language } = useLocale();
  const errorText = useErrorText();
  const cache = useQueryClient();
  const given = state.state === 'given';
  const query = useQuery({ ...textQuery(state.agreed_text ?? state.text), enabled: opened });
  const give = useMutation({
    mutationFn: () =>
      giveConsent({ clinic_id: clinicId, agreed: [{ kind: state.kind, text: state.text }], language, channel: 'online' }),
    onSuccess: async () => {
      notifyDone(t('privacy:consents.givenDone', { name }));
      onClose();
      await cache.invalidateQueries({ queryKey: ['consents'] });
    },
    onError: () => cache.invalidateQueries({ queryKey: ['consents'] }),
  });
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={name} closeButtonProps={{ 'aria-label': t('ui:close') }}>
      <Stack>
        <QueryView query={query}>{(wording) => <WordingText wording={wording} />}</QueryView>
        {give.error && (
          <Alert color="red" role="alert">
            {errorText(give.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={onClose}>
            {t('ui:close')}
          </Button>
          {!given && (
            <Button disabled={!query.data} loading={give.isPending} onClick={() => give.mutate()}>
              {t('privacy:consents.agree')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function WithdrawDialog({ clinicId, kind, name, opened, onClose }: DialogProps & { kind: ConsentKind }) {
  const { t } = useTranslation('privacy');
  const cache = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => withdrawConsent({ clinic_id: clinicId, kind, channel: 'online' }),
    onSuccess: async () => {
      notifyDone(t('consents.withdrawnDone', { name }));
      onClose();
      await cache.invalidateQueries({ queryKey: ['consents'] });
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      title={t('consents.withdrawTitle', { name })}
      confirm={t('consents.withdrawDo')}
      keep={t('consents.withdrawKeep')}
      danger
      busy={withdraw.isPending}
      error={withdraw.error}
      onConfirm={() => withdraw.mutate()}
      onClose={onClose}
    >
      <Text>{t('consents.withdrawText')}</Text>
      <Text>{t(`consents.effect.${kind}`)}</Text>
    </ConfirmDialog>
  );
}

function History({ entries }: { entries: ConsentEntry[] }) {
  const { t } = useTranslation(['privacy', 'consent']);
  const { locale, zone } = useLocale();
  return (
    <ol className={classes.history}>
      {entries.map((entry) => (
        <li key={`${entry.at}${entry.kind}${entry.act}`}>
          <Text size="sm">
            {t(`privacy:consents.act.${entry.act}`, {
              name: t(`consent:kind.${entry.kind}`),
              version: entry.version,
              channel: t(`consent:channel.${entry.channel}`),
            })}
          </Text>
          <Text size="sm" c="dimmed">
            {formatDateTime(entry.at, zone, locale)}
            {entry.by_name ? ` · ${t('privacy:consents.by', { name: entry.by_name })}` : ''}
          </Text>
        </li>
      ))}
    </ol>
  );
}

