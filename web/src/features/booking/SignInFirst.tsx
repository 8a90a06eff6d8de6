import { Card, Group, Text, Title } from '@mantine/core';
import { useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '@/ui/ButtonLink';

/** Between the details and the confirmation for whoever is not signed in; both ways lead back here. */
export function SignInFirst() {
  const { t } = useTranslation('booking');
  const next = useRouterState({ select: (state) => state.location.href });
  return (
    <Card component="section" p={{ base: 'md', sm: 'xl' }}>
      <Title order={2}>{t('signIn.title')}</Title>
      <Text mt="xs">{t('signIn.text')}</Text>
      <Group mt="lg">
        <ButtonLink to="/sign-in" search={{ next }} size="lg">
          {t('signIn.signIn')}
        </ButtonLink>
        <ButtonLink to="/register" search={{ next }} size="lg" variant="default">
          {t('signIn.register')}
        </ButtonLink>
      </Group>
    </Card>
  );
}
