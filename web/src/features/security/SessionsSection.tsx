import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { endOtherSessions, endOwnSession, type OwnSession, ownSessionsQuery, SESSIONS_KEY } from '@/api/sessions';
import { formatDateTime } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useDevice } from '@/ui/useDevice';
import { useLocale } from '@/ui/useLocale';
import classes from './Security.module.css';

/** Where the person is signed in, and signing out there. */
export function SessionsSection() {
  const { t } = useTranslation('security');
  const query = useQuery(ownSessionsQuery());
  return (
    <Section title={t('sessions.title')} text={t('sessions.text')}>
      <QueryView query={query}>{(sessions) => <Sessions sessions={sessions} />}</QueryView>
    </Section>
  );
}

function Sessions({ sessions }: { sessions: OwnSession[] }) {
  const { t } = useTranslation('security');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const end = useMutation({
    mutationFn: endOtherSessions,
    onSuccess: () => {
      setAsking(false);
      notifyDone(t('sessions.othersEnded'));
      return client.invalidateQueries({ queryKey: SESSIONS_KEY });
    },
  });
  return (
    <>
      <ul className={classes.rows} aria-label={t('sessions.title')}>
        {sessions.map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </ul>
      {sessions.length > 1 && (
        <Button variant="default" mt="sm" onClick={() => setAsking(true)}>
          {t('sessions.endOthers')}
        </Button>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('sessions.endOthersTitle')}
        confirm={t('sessions.endOthers')}
        danger
        busy={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t('sessions.endOthersText')}</Text>
      </ConfirmDialog>
    </>
  );
}

function Row({ session }: { session: OwnSession }) {
  const { t } = useTranslation('security');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const device = useDevice(session.device);
  const [asking, setAsking] = useState(false);
  const end = useMutation({
    mutationFn: () => endOwnSession(session.id),
    onSuccess: () => {
      setAsking(false);
      notifyDone(t('sessions.ended'));
      return client.invalidateQueries({ queryKey: SESSIONS_KEY });
    },
  });
  const seen = session.current
    ? t('sessions.now')
    : t('sessions.seen', { when: formatDateTime(session.last_seen_at, zone, locale) });
  const since = t('sessions.since', {
    when: formatDateTime(session.signed_in_at, zone, locale),
    how: t(`sessions.by.${wayOf(session.amr)}`),
  });
  return (
    <li>
      <div className={classes.what}>
        <Group gap="xs">
          <Text fw={600}>{device}</Text>
          {session.current && <Badge variant="light">{t('sessions.current')}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          {[session.place || t('sessions.noPlace'), seen].join(' · ')}
        </Text>
        <Text size="sm" c="dimmed">
          {since}
        </Text>
      </div>
      {!session.current && (
        <Button
          size="sm"
          variant="default"
          aria-label={t('sessions.endNamed', { device })}
          onClick={() => setAsking(true)}
        >
          {t('sessions.end')}
        </Button>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('sessions.endNamed', { device })}
        confirm={t('sessions.end')}
        danger
        busy={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t('sessions.endText')}</Text>
      </ConfirmDialog>
    </li>
  );
}

/** The strongest of the ways by which somebody signed in. */
function wayOf(amr: string[]): 'passkey' | 'twoStep' | 'provider' | 'code' | 'password' | 'other' {
  if (amr.includes('mfa')) return amr.includes('hwk') || amr.includes('swk') ? 'passkey' : 'twoStep';
  if (amr.includes('hwk') || amr.includes('swk')) return 'passkey';
  if (amr.some((one) => one.startsWith('fed'))) return 'provider';
  if (amr.includes('pwd')) return 'password';
  return amr.includes('email') ? 'code' : 'other';
}
