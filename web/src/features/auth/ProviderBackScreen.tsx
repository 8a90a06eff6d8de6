import { Alert, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answerIn, type FederationResult, finishFederation, providersQuery } from '@/api/federation';
import { useUser } from '@/api/session';
import { ButtonLink } from '@/ui/ButtonLink';
import { notifyDone } from '@/ui/notify';
import { Screen } from '@/ui/Screen';
import { Loading } from '@/ui/States';
import { useErrorText } from '@/ui/useErrorText';
import { useEntered } from './useEntered';

const route = getRouteApi('/sign-in_/with/$provider');

/** Where an identity provider sends people back to: takes up its answer, once, and goes on. */
export function ProviderBackScreen() {
  const { t } = useTranslation('federation');
  const { provider } = route.useParams();
  const errorText = useErrorText();
  const signedIn = useUser() !== null;
  // Read once: what came back is good once, and must stay neither in the address bar nor in the history.
  const [answer] = useState(() => answerIn(window.location));
  const finish = useFinish(provider);
  const begun = useRef(false);
  const { mutate } = finish;
  useEffect(() => {
    if (begun.current || !answer) return;
    begun.current = true;
    window.history.replaceState(window.history.state, '', window.location.pathname);
    mutate(answer);
  }, [answer, mutate]);
  if (answer && !finish.error) {
    return (
      <Screen title={t('back.title')} width="narrow">
        <Stack>
          <Text>{t('back.wait')}</Text>
          <Loading />
        </Stack>
      </Screen>
    );
  }
  return (
    <Screen title={t('back.failedTitle')} width="narrow">
      <Stack align="flex-start">
        <Alert color="red" role="alert" w="100%">
          {finish.error ? errorText(finish.error) : t('back.nothing')}
        </Alert>
        {signedIn ? (
          <ButtonLink to="/account/security">{t('back.security')}</ButtonLink>
        ) : (
          <ButtonLink to="/sign-in">{t('back.again')}</ButtonLink>
        )}
      </Stack>
    </Screen>
  );
}

function useFinish(provider: string) {
  const { t } = useTranslation('federation');
  const router = useRouter();
  const navigate = useNavigate();
  const entered = useEntered();
  const label = useQuery(providersQuery).data?.items.find(({ id }) => id === provider)?.label;
  return useMutation({
    mutationFn: (answer: NonNullable<ReturnType<typeof answerIn>>) => finishFederation(provider, answer),
    retry: false,
    onSuccess: (result: FederationResult) => {
      if (result.outcome === 'prove') {
        void navigate({ to: '/sign-in/connect', replace: true });
      } else if (result.outcome === 'connected') {
        notifyDone(label ? t('back.connected', { label }) : t('back.connectedAny'));
        router.history.replace(result.next ?? '/account/security');
      } else {
        entered(result.session?.user ?? null, result.next, true);
      }
    },
  });
}
