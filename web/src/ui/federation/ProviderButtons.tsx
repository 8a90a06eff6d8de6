import { Alert, Button, Divider, Stack } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { leaveForProvider, providersQuery } from '@/api/federation';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';

/** A button for each identity provider that is set up here; nothing where none is. `next` is where to go afterwards. */
export function ProviderButtons({ next = '' }: { next?: string | undefined }) {
  const { t } = useTranslation('federation');
  const { language, zone } = useLocale();
  const errorText = useErrorText();
  const providers = useQuery(providersQuery);
  const leave = useMutation({
    mutationFn: (provider: string) => leaveForProvider(provider, { next, time_zone: zone, language }),
  });
  if (!providers.data?.items.length) return null;
  return (
    <Stack w="100%" px={{ base: 'lg', sm: 'xl' }} mb="xs">
      <Divider label={t('or')} labelPosition="center" />
      {leave.error ? (
        <Alert color="red" role="alert">
          {errorText(leave.error)}
        </Alert>
      ) : null}
      {providers.data.items.map(({ id, label }) => (
        <Button
          key={id}
          variant="default"
          size="lg"
          leftSection={<IconLogin2 size={20} aria-hidden />}
          loading={(leave.isPending || leave.isSuccess) && leave.variables === id}
          onClick={() => leave.mutate(id)}
        >
          {t('with', { label })}
        </Button>
      ))}
    </Stack>
  );
}
