import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Template } from '@/api/messages';
import { formatDateTime } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';

interface VersionsProps {
  versions: Template['versions'];
  onTake: (subject: string, body: string) => void;
}

/** What was in force before, to take it up again. */
export function Versions({ versions, onTake }: VersionsProps) {
  const { t } = useTranslation('messages');
  const { locale, zone } = useLocale();
  if (versions.length === 0) return null;
  return (
    <section aria-label={t('admin.versions')}>
      <Title order={3} size="h4" mb="xs">
        {t('admin.versions')}
      </Title>
      <Stack gap="xs">
        {versions.map(({ version, made_at, made_by, subject, body }) => (
          <Group key={version} justify="space-between" gap="xs">
            <Text size="sm">
              {t('admin.version', { version, when: formatDateTime(made_at, zone, locale), who: made_by })}
              {body === null && ` · ${t('admin.versionOurs')}`}
            </Text>
            {body !== null && (
              <Button size="compact-sm" variant="default" onClick={() => onTake(subject, body)}>
                {t('admin.take')}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </section>
  );
}
