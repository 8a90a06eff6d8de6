import { Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AppMade } from '@/api/apps';

interface AppMadeDialogProps {
  shown: { what: 'made' | 'renewed'; answer: AppMade } | null;
  onClose: () => void;
}

/** What those who run an app need of it; its secret is seen here and never again. */
export function AppMadeDialog({ shown, onClose }: AppMadeDialogProps) {
  const { t } = useTranslation(['admin', 'ui']);
  const app = shown?.answer.app.name ?? '';
  return (
    <Modal
      opened={shown !== null}
      onClose={onClose}
      title={shown?.what === 'renewed' ? t('admin:app.renewedTitle', { app }) : t('admin:app.madeTitle', { app })}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      {shown && (
        <Stack>
          <Value name={t('admin:app.id')} value={shown.answer.app.id} />
          {shown.answer.secret && (
            <>
              <Value name={t('admin:app.secret')} value={shown.answer.secret} />
              <Text>{t('admin:app.secretOnce')}</Text>
            </>
          )}
          <Group justify="flex-end">
            <Button onClick={onClose}>{t('admin:app.done')}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function Value({ name, value }: { name: string; value: string }) {
  const { t } = useTranslation('admin');
  return (
    <div>
      <Text fw={600}>{name}</Text>
      <Group gap="xs" wrap="nowrap">
        <Code style={{ overflowWrap: 'anywhere' }}>{value}</Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="sm" variant="default" aria-label={`${t('app.copy')}: ${name}`} onClick={copy}>
              {t(copied ? 'app.copied' : 'app.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
