import { Button, Code, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AppMade, appsQuery, changeApp, type RegisteredApp, renewSecret } from '@/api/apps';
import { useIsAdmin } from '@/ui/clinic/useClinic';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { QueryView } from '@/ui/QueryView';
import { EmptyState } from '@/ui/States';
import { AdminScreen } from './AdminScreen';
import { AppForm } from './AppForm';
import { AppMadeDialog } from './AppMadeDialog';
import { EditDrawer } from './EditDrawer';
import { EditButton, Resources } from './Resources';
import { useActive } from './useActive';

/** The apps that a clinic's admins registered. */
export function AppsScreen() {
  return <AdminScreen section="apps">{(clinicId) => <ForAdmins key={clinicId} clinicId={clinicId} />}</AdminScreen>;
}

function ForAdmins({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  return useIsAdmin(clinicId) ? <Apps clinicId={clinicId} /> : <Text>{t('adminsOnly')}</Text>;
}

function Apps({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const [editing, setEditing] = useState<RegisteredApp | 'new' | null>(null);
  const [renewing, setRenewing] = useState<RegisteredApp | null>(null);
  const [made, setMade] = useState<{ what: 'made' | 'renewed'; answer: AppMade } | null>(null);
  const query = useQuery(appsQuery(clinicId));
  const setActive = useActive<RegisteredApp>(['clinic', clinicId, 'apps'], (one, active) => changeApp(one, { active }));
  const close = () => setEditing(null);
  return (
    <>
      <Group justify="space-between" mb="md">
        <Text c="dimmed" maw="40rem">
          {t('app.intro')}
        </Text>
        <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={() => setEditing('new')}>
          {t('app.add')}
        </Button>
      </Group>
      <QueryView query={query} empty={{ when: ({ items }) => items.length === 0, show: <EmptyState title={t('app.none')} /> }}>
        {({ items }) => (
          <Resources
            name={t('section.apps')}
            things={items}
            nameOf={({ name }) => name}
            columns={[
              { key: 'name', head: t('name'), cell: (one) => <Name app={one} /> },
              { key: 'kind', head: t('app.kind'), cell: ({ auth_method }) => t(`app.method.${auth_method}`) },
              { key: 'people', head: t('app.people'), cell: ({ connected }) => String(connected) },
            ]}
            edit={(one) => (
              <>
                {one.auth_method.startsWith('client_secret') && (
                  <Button size="sm" variant="default" onClick={() => setRenewing(one)}>
                    {t('app.renew')}
                  </Button>
                )}
                <EditButton name={one.name} onClick={() => setEditing(one)} />
              </>
            )}
            onActive={setActive}
          />
        )}
      </QueryView>
      <EditDrawer title={editing === 'new' ? t('app.add') : (editing?.name ?? '')} opened={editing !== null} onClose={close}>
        <AppForm
          clinicId={clinicId}
          app={editing === 'new' ? null : editing}
          known={query.data?.scopes ?? []}
          onMade={(answer) => setMade({ what: 'made', answer })}
          onClose={close}
        />
      </EditDrawer>
      <Renewal
        app={renewing}
        onClose={() => setRenewing(null)}
        onRenewed={(answer) => setMade({ what: 'renewed', answer })}
      />
      <AppMadeDialog shown={made} onClose={() => setMade(null)} />
    </>
  );
}

function Name({ app }: { app: RegisteredApp }) {
  return (
    <span>
      <Text span fw={650} display="block">
        {app.name}
      </Text>
      <Code style={{ overflowWrap: 'anywhere' }}>{app.id}</Code>
    </span>
  );
}

interface RenewalProps {
  app: RegisteredApp | null;
  onClose: () => void;
  onRenewed: (answer: AppMade) => void;
}

function Renewal({ app, onClose, onRenewed }: RenewalProps) {
  const { t } = useTranslation('admin');
  const client = useQueryClient();
  const renew = useMutation({
    mutationFn: (one: RegisteredApp) => renewSecret(one.id),
    onSuccess: (answer, one) => {
      onClose();
      onRenewed(answer);
      return client.invalidateQueries({ queryKey: ['clinic', one.clinic_id, 'apps'] });
    },
  });
  return (
    <ConfirmDialog
      opened={app !== null}
      title={t('app.renewTitle', { app: app?.name ?? '' })}
      confirm={t('app.renew')}
      danger
      busy={renew.isPending}
      error={renew.error}
      onConfirm={() => app && renew.mutate(app)}
      onClose={onClose}
    >
      <Text>{t('app.renewText')}</Text>
    </ConfirmDialog>
  );
}
