import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { endSessionQuery } from '@/api/apps';
import { logout, useUser } from '@/api/session';
import { unpacked } from '@/lib/packedQuery';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { leaveFor } from './leave';

const route = getRouteApi('/end-session');

/** Where an app sends people to be signed out here too. They are asked, as any page could send them. */
export function EndSessionScreen() {
  const { q = '' } = route.useSearch();
  const step = useQuery(endSessionQuery(unpacked(q)));
  return <QueryView query={step}>{(wish) => <Wish app={wish.app_name} to={wish.redirect_to} />}</QueryView>;
}

function Wish({ app, to }: { app: string | null; to: string | null }) {
  const { t } = useTranslation('apps');
  const user = useUser();
  const navigate = useNavigate();
  const leave = useMutation({ mutationFn: logout });
  useEffect(() => {
    if (!user && to) leaveFor(to);
  }, [user, to]);
  if (!user) {
    return (
      <Screen title={t('endSession.doneTitle')} width="narrow">
        <Text>{t('endSession.doneText')}</Text>
      </Screen>
    );
  }
  return (
    <Screen title={t('endSession.title')} width="narrow">
      <Stack>
        <Text>{app ? t('endSession.asks', { app }) : t('endSession.unknown')}</Text>
        <Group>
          <Button variant="default" onClick={() => void navigate({ to: '/' })}>
            {t('endSession.stay')}
          </Button>
          <Button loading={leave.isPending} onClick={() => leave.mutate()}>
            {t('endSession.do')}
          </Button>
        </Group>
      </Stack>
    </Screen>
  );
}
