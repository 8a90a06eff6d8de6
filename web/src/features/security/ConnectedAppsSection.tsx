import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CONNECTED_KEY, type ConnectedApp, connectedAppsQuery, disconnectApp } from '@/api/apps';
import { formatDateTime } from '@/lib/time';
import { AbilityList } from '@/ui/apps/AbilityList';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useLocale } from '@/ui/useLocale';
import classes from './Security.module.css';

/** The apps that the person let in: what each may do, when it was last used, and the way out. */
export function ConnectedAppsSection() {
  const { t } = useTranslation('security');
  const query = useQuery(connectedAppsQuery());
  return (
    <Section title={t('apps.title')} text={t('apps.text')}>
      <QueryView query={query} empty={{ when: (apps) => apps.length === 0, show: <Text>{t('apps.none')}</Text> }}>
        {(apps) => (
          <ul className={classes.rows} aria-label={t('apps.title')}>
            {apps.map((app) => (
              <Row key={app.id} app={app} />
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  );
}

function Row({ app }: { app: ConnectedApp }) {
  const { t } = useTranslation('security');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { name, clinic_name: clinic, since, last_used_at: last } = app;
  const remove = useMutation({
    mutationFn: () => disconnectApp(app.id),
    onSuccess: () => {
      setAsking(false);
      notifyDone(t('apps.removed', { name }));
      return client.invalidateQueries({ queryKey: CONNECTED_KEY });
    },
  });
  return (
    <li>
      <Stack gap="xs" className={classes.what}>
        <Group gap="xs">
          <Text fw={600}>{name}</Text>
          {!app.active && (
            <Badge variant="light" color="gray">
              {t('apps.off')}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {t('apps.of', { clinic, when: formatDateTime(since, zone, locale) })}{' '}
          {last ? t('apps.used', { when: formatDateTime(last, zone, locale) }) : t('apps.unused')}
        </Text>
        <AbilityList abilities={app.abilities} label={name} />
      </Stack>
      <Button size="sm" variant="default" aria-label={t('apps.removeNamed', { name })} onClick={() => setAsking(true)}>
        {t('apps.remove')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('apps.removeTitle', { name })}
        confirm={t('apps.remove')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t('apps.removeText')}</Text>
      </ConfirmDialog>
    </li>
  );
}
