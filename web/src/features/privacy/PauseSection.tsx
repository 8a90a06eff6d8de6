import { Alert, Badge, Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { detailsQuery } from '@/api/privacy';
import { formatDateTime } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { QueryView } from '@/ui/QueryView';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { Section } from '@/ui/Section';
import { useAsk } from './useRequests';
import classes from './Privacy.module.css';

/** Pausing the use of one's data, and objecting to analyses. */
export function PauseSection() {
  const { t } = useTranslation('privacy');
  const query = useQuery(detailsQuery());
  return (
    <Section title={t('pause.title')} text={t('pause.text')}>
      <QueryView query={query}>
        {({ restricted_at, objected_at }) => (
          <ul className={classes.rows}>
            <Line what="restrict" undo="resume" since={restricted_at} />
            <Line what="object" undo="allow" since={objected_at} />
          </ul>
        )}
      </QueryView>
    </Section>
  );
}

function Line({ what, undo, since }: { what: 'restrict' | 'object'; undo: 'resume' | 'allow'; since: string | null }) {
  const { t } = useTranslation('privacy');
  const { locale, zone } = useLocale();
  const errorText = useErrorText();
  const [asking, setAsking] = useState(false);
  const ask = useAsk(() => setAsking(false));
  return (
    <li>
      <div className={classes.what}>
        <Text fw={600}>{t(`pause.${what}.name`)}</Text>
        <Text size="sm" c="dimmed">
          {since ? t('pause.since', { when: formatDateTime(since, zone, locale) }) : t(`pause.${what}.off`)}
        </Text>
      </div>
      {since && (
        <Badge variant="light" size="lg" color="yellow">
          {t(`pause.${what}.on`)}
        </Badge>
      )}
      {since ? (
        <Button variant="default" size="sm" loading={ask.isPending} onClick={() => ask.mutate({ kind: undo })}>
          {t(`pause.${what}.undo`)}
        </Button>
      ) : (
        <Button variant="default" size="sm" onClick={() => setAsking(true)}>
          {t(`pause.${what}.do`)}
        </Button>
      )}
      {ask.error && !asking && (
        <Alert color="red" role="alert">
          {errorText(ask.error)}
        </Alert>
      )}
      <ConfirmDialog
        opened={asking}
        title={t(`pause.${what}.title`)}
        confirm={t(`pause.${what}.do`)}
        busy={ask.isPending}
        error={ask.error}
        onConfirm={() => ask.mutate({ kind: what })}
        onClose={() => setAsking(false)}
      >
        <Text>{t(`pause.${what}.effect`)}</Text>
      </ConfirmDialog>
    </li>
  );
}
