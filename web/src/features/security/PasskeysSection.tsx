import { Alert, Badge, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  addPasskey,
  type Passkey,
  passkeysWork,
  removePasskey,
  renamePasskey,
  type Security,
  SECURITY_KEY,
} from '@/api/security';
import { formatDateTime } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';
import { usePasskeyError } from '@/ui/proof/usePasskeyError';
import { Section } from '@/ui/Section';
import { useLocale } from '@/ui/useLocale';
import { RecoveryCodesDialog } from './RecoveryCodesDialog';
import classes from './Security.module.css';

/** Passkeys: add, rename, remove. */
export function PasskeysSection({ security }: { security: Security }) {
  const { t } = useTranslation('security');
  const [codes, setCodes] = useState<string[] | null>(null);
  const [adding, setAdding] = useState(false);
  return (
    <Section title={t('passkeys.title')} text={t('passkeys.text')}>
      {security.passkeys.length > 0 && (
        <ul className={classes.rows} aria-label={t('passkeys.title')}>
          {security.passkeys.map((passkey) => (
            <Row key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
      {passkeysWork() ? (
        <Button variant={security.passkeys.length > 0 ? 'default' : 'light'} onClick={() => setAdding(true)}>
          {t('passkeys.add')}
        </Button>
      ) : (
        <Text c="dimmed">{t('passkeys.unsupported')}</Text>
      )}
      <AddDialog
        opened={adding}
        onClose={() => setAdding(false)}
        onAdded={(given) => {
          setAdding(false);
          setCodes(given);
        }}
      />
      <RecoveryCodesDialog codes={codes} onClose={() => setCodes(null)} />
    </Section>
  );
}

function Row({ passkey }: { passkey: Passkey }) {
  const { t } = useTranslation('security');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const errorText = usePasskeyError();
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null);
  const close = () => setOpen(null);
  const after = () => {
    close();
    return client.invalidateQueries({ queryKey: SECURITY_KEY });
  };
  const remove = useMutation({ mutationFn: () => removePasskey(passkey.id), onSuccess: after });
  const rename = useMutation({ mutationFn: (name: string) => renamePasskey(passkey.id, name), onSuccess: after });
  const { name, last_used_at } = passkey;
  const when = last_used_at ? formatDateTime(last_used_at, zone, locale) : null;
  return (
    <li>
      <div className={classes.what}>
        <Group gap="xs">
          <Text fw={600}>{name}</Text>
          {passkey.synced && (
            <Badge variant="light" color="gray">
              {t('passkeys.synced')}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {when ? t('used', { when }) : t('unused')}
        </Text>
      </div>
      <Group gap="xs">
        <Button size="sm" variant="default" aria-label={t('renameNamed', { name })} onClick={() => setOpen('rename')}>
          {t('rename')}
        </Button>
        <Button size="sm" variant="default" aria-label={t('removeNamed', { name })} onClick={() => setOpen('remove')}>
          {t('remove')}
        </Button>
      </Group>
      <NameDialog
        opened={open === 'rename'}
        title={t('passkeys.renameTitle')}
        action={t('rename')}
        before={name}
        busy={rename.isPending}
        error={rename.error ? errorText(rename.error) : null}
        onName={(given) => rename.mutate(given)}
        onClose={close}
      />
      <ConfirmDialog
        opened={open === 'remove'}
        title={t('passkeys.removeTitle', { name })}
        confirm={t('passkeys.remove')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={close}
      >
        <Text>{t('passkeys.removeText')}</Text>
      </ConfirmDialog>
    </li>
  );
}

interface AddDialogProps {
  opened: boolean;
  onClose: () => void;
  onAdded: (codes: string[] | null) => void;
}

/** Asks for a name, then lets the browser make the passkey. */
export function AddDialog({ opened, onClose, onAdded }: AddDialogProps) {
  const { t } = useTranslation('security');
  const client = useQueryClient();
  const errorText = usePasskeyError();
  const add = useMutation({
    mutationFn: addPasskey,
    onSuccess: (codes) => {
      if (!codes) notifyDone(t('passkeys.added'));
      onAdded(codes);
      return client.invalidateQueries({ queryKey: SECURITY_KEY });
    },
  });
  return (
    <NameDialog
      opened={opened}
      title={t('passkeys.add')}
      intro={t('passkeys.addText')}
      action={t('passkeys.continue')}
      before={t('passkeys.defaultName')}
      busy={add.isPending}
      error={add.error ? errorText(add.error) : null}
      onName={(name) => add.mutate(name)}
      onClose={onClose}
    />
  );
}

interface NameDialogProps {
  opened: boolean;
  title: string;
  intro?: string;
  action: string;
  before: string;
  busy: boolean;
  error: string | null;
  onName: (name: string) => void;
  onClose: () => void;
}

function NameDialog(props: NameDialogProps) {
  const { t } = useTranslation('ui');
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {props.opened && <NameForm {...props} />}
    </Modal>
  );
}

function NameForm({ intro, action, before, busy, error, onName, onClose }: NameDialogProps) {
  const { t } = useTranslation(['security', 'ui']);
  const [name, setName] = useState(before);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onName(name.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {intro && <Text>{intro}</Text>}
        {error && (
          <Alert color="red" role="alert">
            {error}
          </Alert>
        )}
        <TextInput
          label={t('security:passkeys.name')}
          description={t('security:passkeys.nameHint')}
          maxLength={60}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui:cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={!name.trim()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
