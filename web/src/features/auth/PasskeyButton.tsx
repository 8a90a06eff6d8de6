import { Alert, Button } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { forgetPasskeyRequest, passkeysAutofill, passkeysWork } from '@/api/security';
import { enterByPasskeyAlone } from '@/api/session';
import { usePasskeyError } from '@/ui/proof/usePasskeyError';
import { useEntered } from './useEntered';

/** A little less than the challenge lasts. */
const RENEW_MS = 240_000;

/** Signs in by a passkey alone: by this button, or where the browser can, from what it offers beside the address. */
export function PasskeyButton({ next }: { next?: string | undefined }) {
  const { t } = useTranslation('auth');
  const errorText = usePasskeyError();
  const entered = useEntered();
  const offer = useMutation({ mutationFn: () => enterByPasskeyAlone(), onSuccess: (user) => entered(user, next) });
  const onPicked = useEffectEvent((user: Awaited<ReturnType<typeof enterByPasskeyAlone>>) => entered(user, next));
  useEffect(() => {
    let over = false;
    const wait = async () => {
      try {
        if (await passkeysAutofill()) onPicked(await enterByPasskeyAlone(true));
      } catch (error) {
        // The browser gave the wait up, or the challenge ran out meanwhile: there is still the button.
        if (!over && hasCode(error, 'passkey_unknown')) void wait();
      }
    };
    void wait();
    const again = window.setInterval(() => void wait(), RENEW_MS);
    return () => {
      over = true;
      window.clearInterval(again);
      forgetPasskeyRequest();
    };
  }, []);
  if (!passkeysWork()) return null;
  return (
    <>
      <Button
        variant="default"
        size="lg"
        leftSection={<IconFingerprint size={20} aria-hidden="true" />}
        loading={offer.isPending}
        onClick={() => offer.mutate()}
      >
        {t('signIn.passkey')}
      </Button>
      {offer.error && (
        <Alert color="red" role="alert">
          {errorText(offer.error)}
        </Alert>
      )}
    </>
  );
}
