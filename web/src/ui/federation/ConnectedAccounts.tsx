import { Alert, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { disconnect, identitiesQuery, type Identity, leaveForProvider, providersQuery } from '@/api/federation';
import { dateOf, formatDate } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';

/** The accounts elsewhere that sign in to this one; not there at all where no provider is set up and none is connected. */
export function ConnectedAccounts() {
  const { t } = useTranslation('federation');
  const providers = useQuery(providersQuery);
  const identities = useQuery(identitiesQuery);
  const [leaving, setLeaving] = useState<Identity | null>(null);
  if (!providers.data?.items.length && !identities.data?.items.length) return null;
  return (
    <Section title={t('section.title')} text={t('section.text')}>
      <Stack>
        <QueryView query={identities} empty={{ when: ({ items }) => items.length === 0, show: <None /> }}>
          {({ items, removable }) => (
            <>
              <Stack component="ul" gap="sm" p={0} m={0}>
                {items.map((one) => (
                  <Connected key={one.id} identity={one} removable={removable} onRemove={() => setLeaving(one)} />
                ))}
              </Stack>
              {!removable && <Text size="sm">{t('section.last')}</Text>}
            </>
          )}
        </QueryView>
        <Connectable connected={identities.data?.items ?? []} />
      </Stack>
      <Disconnect identity={leaving} onClose={() => setLeaving(null)} />
    </Section>
  );
}

function None() {
  const { t } = useTranslation('federation');
  return <Text>{t('section.none')}</Text>;
}

interface ConnectedProps {
  identity: Identity;
  removable: boolean;
  onRemove: () => void;
}

function Connected({ identity, removable, onRemove }: ConnectedProps) {
  const { t } = useTranslation('federation');
  const { locale, zone } = useLocale();
  const day = (at: string) => formatDate(dateOf(at, zone), locale, { dateStyle: 'long' });
  return (
    <Group component="li" justify="space-between" gap="sm" style={{ listStyle: 'none' }}>
      <div>
        <Group gap="xs">
          <Text fw={600}>{identity.label}</Text>
          {identity.email && <Badge variant="light" tt="none">{identity.email}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          {t('section.since', { date: day(identity.linked_at) })} · {t('section.used', { date: day(identity.last_used_at) })}
        </Text>
      </div>
      {removable && (
        <Button variant="default" aria-label={t('section.removeNamed', { label: identity.label })} onClick={onRemove}>
          {t('section.remove')}
        </Button>
      )}
    </Group>
  );
}

/** A button for each provider that is not connected yet. */
function Connectable({ connected }: { connected: Identity[] }) {
  const { t } = useTranslation('federation');
  const { language, zone } = useLocale();
  const errorText = useErrorText();
  const here = useRouterState({ select: (state) => state.location.pathname });
  const providers = useQuery(providersQuery);
  const leave = useMutation({
    mutationFn: (provider: string) => leaveForProvider(provider, { next: here, time_zone: zone, language }, true),
  });
  const others = providers.data?.items.filter(({ id }) => !connected.some(({ provider }) => provider === id)) ?? [];
  if (others.length === 0) return null;
  return (
    <>
      {leave.error ? (
        <Alert color="red" role="alert">
          {errorText(leave.error)}
        </Alert>
      ) : null}
      <Group>
        {others.map(({ id, label }) => (
          <Button
            key={id}
            variant="light"
            loading={(leave.isPending || leave.isSuccess) && leave.variables === id}
            onClick={() => leave.mutate(id)}
          >
            {t('section.connect', { label })}
          </Button>
        ))}
      </Group>
    </>
  );
}

function Disconnect({ identity, onClose }: { identity: Identity | null; onClose: () => void }) {
  const { t } = useTranslation('federation');
  const queryClient = useQueryClient();
  const [shown, setShown] = useState(identity);
  if (identity && identity !== shown) setShown(identity); // the words stay while the dialog closes
  const label = shown?.label ?? '';
  const remove = useMutation({
    mutationFn: (id: string) => disconnect(id),
    onSuccess: async () => {
      onClose();
      notifyDone(t('section.removed', { label }));
      await queryClient.invalidateQueries(identitiesQuery);
    },
  });
  return (
    <ConfirmDialog
      opened={identity !== null}
      title={t('section.removeTitle', { label })}
      confirm={t('section.remove')}
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => identity && remove.mutate(identity.id)}
      onClose={() => {
        remove.reset();
        onClose();
      }}
    >
      <Text>{t('section.removeText', { label })}</Text>
    </ConfirmDialog>
  );
}
