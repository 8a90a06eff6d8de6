import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProofKind } from '@/api/security';
import { dropDue, factorsDue } from '@/api/secondFactor';
import { enterByCode, enterByPasskey } from '@/api/session';
import { TextLink } from '@/ui/ButtonLink';
import { OtherWays, SecretField } from '@/ui/proof/SecretField';
import { usePasskeyError } from '@/ui/proof/usePasskeyError';
import { AuthForm } from './AuthForm';
import { useEntered } from './useEntered';

const route = getRouteApi('/second-step');

/** The second step of signing in. Without a sign-in that waits for it, one begins at the first. */
export function SecondStepScreen() {
  const search = route.useSearch();
  const [factors] = useState(factorsDue);
  return factors ? <SecondStep factors={factors} next={search.next} /> : <Navigate to="/sign-in" search={search} replace />;
}

function SecondStep({ factors, next }: { factors: ProofKind[]; next?: string | undefined }) {
  const { t } = useTranslation('auth');
  const entered = useEntered();
  const errorText = usePasskeyError();
  const [way, setWay] = useState<ProofKind>(factors[0] ?? 'totp');
  const [secret, setSecret] = useState('');
  const finish = useMutation({
    mutationFn: () =>
      way === 'passkey' ? enterByPasskey() : enterByCode(way === 'totp' ? 'totp' : 'recovery-code', secret.trim()),
    onSuccess: (user) => entered(user, next, true),
  });
  const choose = (other: ProofKind) => {
    setWay(other);
    setSecret('');
    finish.reset();
  };
  return (
    <AuthForm
      title={t('secondStep.title')}
      intro={t('secondStep.intro')}
      action={t(way === 'passkey' ? 'secondStep.passkey' : 'secondStep.action')}
      busy={finish.isPending}
      error={finish.error ? errorText(finish.error) : null}
      onSubmit={() => finish.mutate()}
      footer={
        <>
          <OtherWays ways={factors} way={way} onWay={choose} />
          <Text>
            <TextLink to="/sign-in" search={next === undefined ? {} : { next }} onClick={dropDue}>
              {t('secondStep.again')}
            </TextLink>
          </Text>
          <Text c="dimmed" size="sm" ta="center" maw="26rem">
            {t('secondStep.lost')}
          </Text>
        </>
      }
    >
      <SecretField way={way} value={secret} onChange={setSecret} />
    </AuthForm>
  );
}
