import { Alert, Card, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdmin, useWorksAs } from '@/ui/clinic/useClinic';
import { AdminScreen } from '../AdminScreen';
import { Analytics } from './Analytics';
import { ConsentTexts } from './ConsentTexts';
import { Requests } from './Requests';
import { Retained } from './Retained';
import { Rules } from './Rules';
import { Retention } from './Retention';

/** The clinic's side of privacy: requests to answer, how long what is kept, texts, and de-identified data. */
export function PrivacyOfficeScreen() {
  return <AdminScreen section="privacy">{(clinicId) => <Sections clinicId={clinicId} />}</AdminScreen>;
}

function Sections({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const admin = useIsAdmin(clinicId);
  const officer = useWorksAs(clinicId, 'privacy');
  const analyst = useWorksAs(clinicId, 'analytics');
  if (!officer && !analyst) return <Alert color="gray">{t('adminsOnly')}</Alert>;
  return (
    <Stack gap="lg" maw="54rem">
      {officer && (
        <Part title={t('privacy.requests.title')} text={t('privacy.requests.text')}>
          <Requests clinicId={clinicId} />
        </Part>
      )}
      {admin && (
        <>
          <Part title={t('privacy.texts.title')}>
            <ConsentTexts clinicId={clinicId} />
          </Part>
          <Rules clinicId={clinicId} />
          <Part title={t('privacy.retention.title')} text={t('privacy.retention.text')}>
            <Retention clinicId={clinicId} />
          </Part>
          <Part title={t('privacy.retained.title')} text={t('privacy.retained.text')}>
            <Retained clinicId={clinicId} />
          </Part>
        </>
      )}
      {analyst && (
        <Part title={t('privacy.analytics.title')} text={t('privacy.analytics.text')}>
          <Analytics clinicId={clinicId} />
        </Part>
      )}
    </Stack>
  );
}

/** One subject of the page. */
export function Part({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId();
  return (
    <Card component="section" padding="lg" aria-labelledby={id}>
      <Title order={2} size="h3" id={id}>
        {title}
      </Title>
      {text && (
        <Text c="dimmed" mt={4}>
          {text}
        </Text>
      )}
      <div style={{ marginTop: '1rem' }}>{children}</div>
    </Card>
  );
}
