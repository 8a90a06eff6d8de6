import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DEVICE_KEYS, type DeviceKey, deviceKeysQuery, revokeDeviceKey } from '@/api/deviceKeys';
import { useUser } from '@/api/session';
import { formatDateTime } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useDevice } from '@/ui/useDevice';
import { useLocale } from '@/ui/useLocale';
import classes from './Security.module.css';

/** The keys by which the person's browsers prove in calls whose they are. */
export function DeviceKeysSection() {
  const { t } = useTranslation('security');
  const person = useUser()?.id ?? '';
  const query = useQuery({ ...deviceKeysQuery(person), enabled: person !== '' });
  return (
    <Section title={t('deviceKeys.title')} text={t('deviceKeys.text')}>
      <QueryView query={query}>
        {({ items, here }) =>
          items.length > 0 ? (
            <ul className={classes.rows} aria-label={t('deviceKeys.title')}>
              {items.map((one) => (
                <Row key={one.id} one={one} here={one.key_id === here} />
              ))}
            </ul>
          ) : (
            <Text c="dimmed">{t('deviceKeys.none')}</Text>
          )
        }
      </QueryView>
    </Section>
  );
}

function Row({ one, here }: { one: DeviceKey; here: boolean }) {
  const { t } = useTranslation('security');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const device = useDevice(one.device);
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => revokeDeviceKey(one.id),
    onSuccess: () => {
      setAsking(false);
      notifyDone(t('deviceKeys.revoked'));
      return client.invalidateQueries({ queryKey: DEVICE_KEYS });
    },
  });
  const times = {
    added: formatDateTime(one.created_at, zone, locale),
    used: formatDateTime(one.last_used_at, zone, locale),
  };
  return (
    <li>
      <div className={classes.what}>
        <Group gap="xs">
          <Text fw={600}>{device}</Text>
          {here && <Badge variant="light">{t('sessions.current')}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          {t('deviceKeys.times', times)}
        </Text>
      </div>
      <Button size="sm" variant="default" aria-label={t('deviceKeys.revokeNamed', { device })} onClick={() => setAsking(true)}>
        {t('deviceKeys.revoke')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('deviceKeys.revokeNamed', { device })}
        confirm={t('deviceKeys.revoke')}
        danger
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={() => revoke.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t('deviceKeys.revokeText')}</Text>
      </ConfirmDialog>
    </li>
  );
}
