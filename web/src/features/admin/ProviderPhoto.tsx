import { Alert, Button, Card, FileButton, Group, Text } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { putPhoto, removePhoto } from '@/api/catalogue';
import type { Provider } from '@/api/types';
import { smallPhoto } from '@/lib/photo';
import { Portrait } from '@/ui/Portrait';
import { useErrorText } from '@/ui/useErrorText';

const KINDS = 'image/png,image/jpeg,image/webp';

/** Shows, sets and removes a provider's photo. A large picture is made small before it is sent. */
export function ProviderPhoto({ provider }: { provider: Provider }) {
  const { t } = useTranslation('admin');
  const errorText = useErrorText();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: async (file: File | null) => (file ? putPhoto(provider.id, await smallPhoto(file)) : removePhoto(provider.id)),
    onSettled: () =>
      Promise.all(
        [['provider', provider.id], ['providers'], ['clinic', provider.clinic_id, 'providers']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
  return (
    <Card padding="lg" component="section" aria-label={t('photo.title')}>
      <Group>
        <Portrait name={provider.name} photo={provider.photo_url} size={96} />
        <div>
          <Group gap="sm">
            <FileButton accept={KINDS} onChange={(file) => file && change.mutate(file)}>
              {(props) => (
                <Button
                  {...props}
                  variant="default"
                  loading={change.isPending}
                  leftSection={<IconPhoto size={18} aria-hidden="true" />}
                >
                  {provider.photo_url ? t('photo.replace') : t('photo.set')}
                </Button>
              )}
            </FileButton>
            {provider.photo_url && (
              <Button variant="subtle" color="gray" c="var(--mantine-color-error)" disabled={change.isPending} onClick={() => change.mutate(null)}>
                {t('photo.remove')}
              </Button>
            )}
          </Group>
          <Text size="sm" c="dimmed" mt="xs">
            {t('photo.hint')}
          </Text>
        </div>
      </Group>
      {change.error && (
        <Alert color="red" role="alert" mt="sm">
          {errorText(change.error)}
        </Alert>
      )}
    </Card>
  );
}
