import { Alert, Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { authorizationQuery, type AuthorizationStep, decideAuthorization } from '@/api/apps';
import { hasCode } from '@/api/errors';
import { logout, useUser } from '@/api/session';
import type { User } from '@/api/types';
import { packed, unpacked } from '@/lib/packedQuery';
import { AbilityList } from '@/ui/apps/AbilityList';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { useErrorText } from '@/ui/useErrorText';
import { leaveFor } from './leave';

const route = getRouteApi('/authorize');

/** Where an app sends people to be let in: sign in first, then yes or no, then back to the app. */
export function AuthorizeScreen() {
  const { t } = useTranslation('apps');
  const { q = '' } = route.useSearch();
  const user = useUser();
  const query = unpacked(q);
  const step = useQuery(authorizationQuery(query, user?.id ?? null));
  if (hasCode(step.error, 'authorization_refused')) {
    return (
      <Screen title={t('authorize.failedTitle')} width="narrow">
        <Stack>
          <Text>{t('authorize.failedText')}</Text>
          <Text c="dimmed" size="sm">
            {step.error.message}
          </Text>
        </Stack>
      </Screen>
    );
  }
  return <QueryView query={step}>{(next) => <Next q={q} step={next} user={user} />}</QueryView>;
}

interface NextProps {
  q: string;
  step: AuthorizationStep;
  user: User | null;
}

function Next({ q, step, user }: NextProps) {
  if (step.redirect_to) return <Going to={step.redirect_to} />;
  if (step.step === 'sign-in' || !user) return <Navigate to="/sign-in" search={signInSearch(q, step)} replace />;
  return step.step === 'sign-in-again' ? <Again q={q} step={step} /> : <Ask q={q} step={step} user={user} />;
}

function signInSearch(q: string, { login_hint, resume }: AuthorizationStep) {
  const next = `/authorize?q=${resume ? packed(resume) : q}`;
  return login_hint ? { next, email: login_hint } : { next };
}

function Going({ to }: { to: string }) {
  const { t } = useTranslation('apps');
  useEffect(() => leaveFor(to), [to]);
  return (
    <Screen title={t('authorize.goingTitle')} width="narrow">
      <Text>{t('authorize.going')}</Text>
    </Screen>
  );
}

/** Signs out here and goes to sign in, with the request kept for afterwards. */
function useOtherSignIn(q: string, step: AuthorizationStep) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: logout,
    onSettled: () => navigate({ to: '/sign-in', search: signInSearch(q, step), replace: true }),
  });
}

function Again({ q, step }: { q: string; step: AuthorizationStep }) {
  const { t } = useTranslation('apps');
  const again = useOtherSignIn(q, step);
  return (
    <Screen title={t('authorize.againTitle')} width="narrow">
      <Stack align="flex-start">
        <Text>{t('authorize.againText', { app: step.app?.name ?? '' })}</Text>
        <Button loading={again.isPending} onClick={() => again.mutate()}>
          {t('authorize.again')}
        </Button>
      </Stack>
    </Screen>
  );
}

function Ask({ q, step, user }: { q: string; step: AuthorizationStep; user: User }) {
  const { t } = useTranslation('apps');
  const errorText = useErrorText();
  const other = useOtherSignIn(q, step);
  const decide = useMutation({ mutationFn: (allow: boolean) => decideAuthorization(unpacked(q), allow) });
  const app = step.app?.name ?? '';
  const { abilities = [], agreed = [] } = step;
  const going = decide.data?.redirect_to;
  if (going) return <Going to={going} />;
  if (decide.data) return <Next q={q} step={decide.data} user={user} />;
  return (
    <Screen title={t('authorize.title', { app })} intro={t('authorize.asks', { app })} width="narrow">
      <Card component="section" p={{ base: 'lg', sm: 'xl' }}>
        <Stack gap="lg">
          <div>
            <Text>{t('authorize.account', { name: user.full_name, email: user.email })}</Text>
            <Anchor component="button" type="button" onClick={() => other.mutate()}>
              {t('authorize.other')}
            </Anchor>
          </div>
          <Wishes title={t(agreed.length > 0 ? 'authorize.wantsMore' : 'authorize.wants')} abilities={abilities} />
          {agreed.length > 0 && <Wishes title={t('authorize.before')} abilities={agreed} />}
          <Text c="dimmed">
            {t('authorize.backTo', { place: step.app?.place ?? '' })} {t('authorize.trust')}
          </Text>
          {decide.error && (
            <Alert color="red" role="alert">
              {errorText(decide.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button
              variant="default"
              size="md"
              loading={decide.isPending && !decide.variables}
              onClick={() => decide.mutate(false)}
            >
              {t('authorize.deny')}
            </Button>
            <Button size="md" loading={decide.isPending && decide.variables} onClick={() => decide.mutate(true)}>
              {t('authorize.allow')}
            </Button>
          </Group>
        </Stack>
      </Card>
    </Screen>
  );
}

function Wishes({ title, abilities }: { title: string; abilities: string[] }) {
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      <AbilityList abilities={abilities} label={title} />
    </section>
  );
}
