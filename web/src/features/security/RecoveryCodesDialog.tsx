import { Alert, Button, Checkbox, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codesFile } from './codes';
import classes from './Security.module.css';

interface RecoveryCodesDialogProps {
  /** What is shown, this one time; nothing is shown without. */
  codes: string[] | null;
  onClose: () => void;
}

/** Shows recovery codes: to copy, to download, to print. Closes only once the person says that they are kept. */
export function RecoveryCodesDialog({ codes, onClose }: RecoveryCodesDialogProps) {
  const { t } = useTranslation('security');
  return (
    <Modal
      opened={codes !== null}
      onClose={onClose}
      title={t('recovery.dialog')}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      {codes && <Codes codes={codes} onClose={onClose} />}
    </Modal>
  );
}

function Codes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation('security');
  const [kept, setKept] = useState(false);
  const text = codesFile(codes, t('recovery.file'));
  return (
    <Stack>
      <Alert color="yellow" className={classes.hidePrint}>
        {t('recovery.once')}
      </Alert>
      <ul className={classes.codes} aria-label={t('recovery.title')}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Text size="sm" c="dimmed">
        {t('recovery.each')}
      </Text>
      <Group gap="xs" className={classes.hidePrint}>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              size="sm"
              variant="default"
              leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
              onClick={copy}
            >
              {copied ? t('recovery.copied') : t('recovery.copy')}
            </Button>
          )}
        </CopyButton>
        <Button
          size="sm"
          variant="default"
          component="a"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="openvisit-recovery-codes.txt"
          leftSection={<IconDownload size={18} />}
        >
          {t('recovery.download')}
        </Button>
        <Button size="sm" variant="default" leftSection={<IconPrinter size={18} />} onClick={() => window.print()}>
          {t('recovery.print')}
        </Button>
      </Group>
      <Checkbox
        size="md"
        className={classes.hidePrint}
        label={t('recovery.kept')}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Group justify="flex-end" className={classes.hidePrint}>
        <Button disabled={!kept} onClick={onClose}>
          {t('recovery.done')}
        </Button>
      </Group>
    </Stack>
  );
}
