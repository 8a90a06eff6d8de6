import { Alert, Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Call.module.css';
import type { Call, CallView } from './engine/call';

interface CodeDialogProps {
  call: Call;
  view: CallView;
  opened: boolean;
  onClose: () => void;
}

/** The code that two people read aloud, and what is known of the key that each came with. */
export function CodeDialog({ call, view, opened, onClose }: CodeDialogProps) {
  const { t } = useTranslation(['call', 'ui']);
  const known = view.people.filter((one) => one.code.length > 0);
  return (
    <Modal opened={opened} onClose={onClose} title={t('code.title')} closeButtonProps={{ 'aria-label': t('ui:close') }}>
      <Stack>
        <Text>{t('code.text')}</Text>
        {known.length === 0 && <Text c="dimmed">{t('code.nobody')}</Text>}
        {known.map((one) => (
          <section key={one.peer} className={classes.code} aria-label={t('code.of', { name: one.name })}>
            <Title order={3} size="h4">
              {one.name}
            </Title>
            <p className={classes.groups} data-code>
              {one.code.map((group, at) => (
                <span key={`${at}`}>{group}</span>
              ))}
            </p>
            <Alert color={one.familiarity === 'changed' ? 'yellow' : 'gray'} p="xs">
              {t(`code.familiarity.${one.familiarity ?? 'first'}`, { name: one.name })}
            </Alert>
            {one.familiarity !== 'compared' && (
              <Group mt="xs">
                <Button variant="light" onClick={() => void call.comparedWith(one.peer)}>
                  {t('code.same')}
                </Button>
              </Group>
            )}
          </section>
        ))}
        <Text size="sm">{t('code.differs')}</Text>
      </Stack>
    </Modal>
  );
}
