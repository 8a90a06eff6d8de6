import { Button, Center, Skeleton, Stack, Text, ThemeIcon, Title, VisuallyHidden } from '@mantine/core';
import { IconCloudOff, IconMoodEmpty, IconPlugConnectedX } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, NO_NETWORK } from '@/api/errors';
import { useOnline } from '@/lib/useOnline';
import { useErrorText } from '@/ui/useErrorText';

interface NoteProps {
  icon?: ComponentType<{ size?: number; stroke?: number }>;
  title: string;
  text?: ReactNode;
  action?: ReactNode;
  role?: 'status' | 'alert';
}

/** A quiet block in the middle of where content would be. */
function Note({ icon: Icon = IconMoodEmpty, title, text, action, role }: NoteProps) {
  return (
    <Center py={48} px="md">
      <Stack align="center" gap="xs" maw="30rem" ta="center" role={role}>
        <ThemeIcon size={56} radius="xl" variant="light" aria-hidden="true">
          <Icon size={28} stroke={1.6} />
        </ThemeIcon>
        <Title order={2} size="h3" mt={4}>
          {title}
        </Title>
        {text && <Text c="dimmed">{text}</Text>}
        {action && <div style={{ marginTop: 8 }}>{action}</div>}
      </Stack>
    </Center>
  );
}

/** There is nothing, and that is all right. */
export function EmptyState(props: Omit<NoteProps, 'role'>) {
  return <Note {...props} role="status" />;
}

/** Loading failed. Says so in words, offers to try again, and tells being offline apart from being broken. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation('ui');
  const errorText = useErrorText();
  const online = useOnline();
  const offline = !online && hasCode(error, NO_NETWORK);
  const again = retry && (
    <Button variant="light" onClick={retry}>
      {t('retry')}
    </Button>
  );
  return (
    <Note
      icon={offline ? IconCloudOff : IconPlugConnectedX}
      title={offline ? t('offline.title') : t('failed.title')}
      text={offline ? t('offline.text') : errorText(error)}
      action={again}
      role="alert"
    />
  );
}

/** Grey shapes of what is coming; a screen reader hears one word instead. */
export function Loading({ rows = 3, height = 88, children }: { rows?: number; height?: number; children?: ReactNode }) {
  const { t } = useTranslation('ui');
  return (
    <div role="status" aria-busy="true">
      <VisuallyHidden>{t('loading')}</VisuallyHidden>
      <div aria-hidden="true">
        {children ?? (
          <Stack gap="md">
            {Array.from({ length: rows }, (_, index) => (
              <Skeleton key={index} height={height} radius="lg" />
            ))}
          </Stack>
        )}
      </div>
    </div>
  );
}
