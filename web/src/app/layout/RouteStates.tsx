import { Button } from '@mantine/core';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/errors';
import { ButtonLink } from '@/ui/ButtonLink';
import { Screen } from '@/ui/Screen';
import { ErrorState, Loading } from '@/ui/States';

/** Shown when a screen's loader takes longer than a moment. */
export function RoutePending() {
  const { t } = useTranslation('ui');
  return (
    <Screen title={t('loading')}>
      <Loading />
    </Screen>
  );
}

/** Shown when a loader or a screen threw. A call that failed says why; anything else is our mistake. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('ui');
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (error instanceof ApiError && error.status === 404) return <RouteNotFound />;
  if (error instanceof ApiError) {
    return (
      <Screen title={t('failed.title')}>
        <ErrorState error={error} retry={retry} />
      </Screen>
    );
  }
  return (
    <Screen title={t('crashed.title')} intro={t('crashed.text')} width="narrow">
      <Button onClick={() => window.location.reload()}>{t('retry')}</Button>
    </Screen>
  );
}

/** Shown for an address that leads nowhere. */
export function RouteNotFound() {
  const { t } = useTranslation('ui');
  return (
    <Screen title={t('notFound.title')} intro={t('notFound.text')} width="narrow">
      <ButtonLink to="/">{t('notFound.home')}</ButtonLink>
    </Screen>
  );
}
