import { Alert, Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { securityQuery } from '@/api/security';
import { homeOf, useStanding, useUser } from '@/api/session';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { PasskeysSection } from './PasskeysSection';
import { TwoStepSection } from './TwoStepSection';

const route = getRouteApi('/enrol');

/** For who must set up a second step before anything else: choose one, keep the recovery codes, go on. */
export function EnrolScreen() {
  const { t } = useTranslation('security');
  const { next } = route.useSearch();
  const router = useRouter();
  const user = useUser();
  const { enrolling } = useStanding();
  const query = useQuery(securityQuery());
  if (!user) return null;
  return (
    <Screen title={t('enrol.title')} intro={t('enrol.intro')} width="narrow">
      <Stack gap="lg">
        {!enrolling && (
          <Alert title={t('enrol.done')} role="status">
            <Button mt="xs" onClick={() => router.history.push(next ?? homeOf(user))}>
              {t('enrol.continue')}
            </Button>
          </Alert>
        )}
        <QueryView query={query}>
          {(security) => (
            <>
              <TwoStepSection security={security} />
              <PasskeysSection security={security} />
            </>
          )}
        </QueryView>
      </Stack>
    </Screen>
  );
}
