import { Alert, Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { beginTotp, confirmTotp, SECURITY_KEY, type TotpSetUp } from '@/api/security';
import { notifyDone } from '@/ui/notify';
import { Loading } from '@/ui/States';
import { useErrorText } from '@/ui/useErrorText';
import { codeOfApp, GROUP } from './codes';
import classes from './Security.module.css';

interface TotpDialogProps {
  opened: boolean;
  onClose: () => void;
  /** The app is set up; recovery codes come with the first factor. */
  onAdded: (codes: string[] | null) => void;
}

/** Sets up an authenticator app: scan, then type the first code. */
export function TotpDialog({ opened, onClose, onAdded }: TotpDialogProps) {
  const { t } = useTranslation(['security', 'ui']);
  const errorText = useErrorText();
  const begin = useMutation({ mutationFn: beginTotp });
  const { mutate, reset } = begin;
  useEffect(() => {
    if (opened) mutate();
    else reset();
  }, [opened, mutate, reset]);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('security:totp.dialog')}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      {begin.error && (
        <Alert color="red" role="alert">
          {errorText(begin.error)}
        </Alert>
      )}
      {begin.isPending && <Loading rows={2} />}
      {begin.data && <SetUp setUp={begin.data} onClose={onClose} onAdded={onAdded} />}
    </Modal>
  );
}

function SetUp({ setUp, onClose, onAdded }: Omit<TotpDialogProps, 'opened'> & { setUp: TotpSetUp }) {
  const { t } = useTranslation(['security', 'ui']);
  const errorText = useErrorText();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: confirmTotp,
    onSuccess: (codes) => {
      // Codes that are shown now say it, too; a notice would lie over them.
      if (!codes) notifyDone(t('security:totp.added'));
      onAdded(codes);
      return client.invalidateQueries({ queryKey: SECURITY_KEY });
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    confirm.mutate(codeOfApp(code));
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>{t('security:totp.scan')}</Text>
        <img
          className={classes.qr}
          src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(setUp.qr_svg)}`}
          alt={t('security:totp.picture')}
        />
        <Text size="sm" c="dimmed">
          {t('security:totp.type')}
        </Text>
        <Code block className={classes.secret}>
          {setUp.secret.match(GROUP)?.join(' ')}
        </Code>
        {confirm.error && (
          <Alert color="red" role="alert">
            {errorText(confirm.error)}
          </Alert>
        )}
        <TextInput
          className={classes.digits}
          label={t('security:totp.first')}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui:cancel')}
          </Button>
          <Button type="submit" loading={confirm.isPending} disabled={codeOfApp(code).length !== 6}>
            {t('security:totp.finish')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
