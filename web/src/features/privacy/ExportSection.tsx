import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { exportFile, ownRequestsQuery, type PrivacyRequest } from '@/api/privacy';
import { formatDateTime } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { Announcer } from '@/ui/Announcer';
import { QueryView } from '@/ui/QueryView';
import { saveFile } from '@/lib/saveFile';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { Section } from '@/ui/Section';
import { newest, useAsk } from './useRequests';

/** Everything kept about the person, to take away: asked for, made with its progress shown, downloaded. */
export function ExportSection() {
  const { t } = useTranslation('privacy');
  const query = useQuery(ownRequestsQuery());
  return (
    <Section title={t('export.title')} text={t('export.text')}>
      <QueryView query={query}>{(requests) => <Export latest={newest(requests, 'export')} />}</QueryView>
    </Section>
  );
}

function Export({ latest }: { latest: PrivacyRequest | undefined }) {
  const { t } = useTranslation('privacy');
  const { locale, zone } = useLocale();
  const errorText = useErrorText();
  const now = useNow(60_000);
  const ask = useAsk();
  const download = useMutation({
    mutationFn: (id: string) => exportFile(id),
    onSuccess: (file) => saveFile(file, 'openvisit-export.zip'),
  });
  const making = latest?.status === 'open' || latest?.status === 'running';
  const ready = latest?.status === 'done' && latest.download_until && Date.parse(latest.download_until) > now;
  const error = ask.error ?? download.error;
  return (
    <Stack>
      {making && (
        <div>
          <Text size="sm" mb={6}>
            {t('export.making', { percent: latest.progress })}
          </Text>
          <Progress value={latest.progress} aria-label={t('export.progress')} size="lg" />
        </div>
      )}
      <Announcer text={ready ? t('export.ready') : ''} />
      {ready && latest.download_until && (
        <Group>
          <Button
            leftSection={<IconDownload size={18} aria-hidden="true" />}
            loading={download.isPending}
            onClick={() => download.mutate(latest.id)}
          >
            {t('export.download')}
          </Button>
          <Text size="sm" c="dimmed">
            {t('export.until', { when: formatDateTime(latest.download_until, zone, locale) })}
          </Text>
        </Group>
      )}
      {error && (
        <Alert color="red" role="alert">
          {errorText(error)}
        </Alert>
      )}
      {!making && (
        <Group justify="flex-end">
          <Button variant="default" loading={ask.isPending} onClick={() => ask.mutate({ kind: 'export' })}>
            {t(ready ? 'export.again' : 'export.ask')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
