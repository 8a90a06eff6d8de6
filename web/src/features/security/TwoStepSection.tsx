import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { removeTotp, renewRecoveryCodes, type Security, SECURITY_KEY } from '@/api/security';
import { formatDateTime } from '@/lib/time';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import { RecoveryCodesDialog } from './RecoveryCodesDialog';
import classes from './Security.module.css';
import { TotpDialog } from './TotpDialog';

const FEW = 3;

/** Two-step verification: the authenticator app, and the recovery codes for when it is not at hand. */
export function TwoStepSection({ security }: { security: Security }) {
  const { t } = useTranslation('security');
  const on = security.totp !== null || security.passkeys.length > 0;
  const [codes, setCodes] = useState<string[] | null>(null);
  const state = (
    <Badge variant="light" size="lg" color={on ? undefined : 'gray'}>
      {on ? t('twoStep.on') : t('twoStep.off')}
    </Badge>
  );
  return (
    <Section title={t('twoStep.title')} text={t('twoStep.text')} state={state}>
      <ul className={classes.rows}>
        <App security={security} onCodes={setCodes} />
        {on && <RecoveryCodes left={security.recovery_codes_left} onCodes={setCodes} />}
      </ul>
      <RecoveryCodesDialog codes={codes} onClose={() => setCodes(null)} />
    </Section>
  );
}

interface RowProps {
  onCodes: (codes: string[] | null) => void;
}

function App({ security, onCodes }: RowProps & { security: Security }) {
  const { t } = useTranslation('security');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const [open, setOpen] = useState<'add' | 'remove' | null>(null);
  const close = () => setOpen(null);
  const remove = useMutation({
    mutationFn: removeTotp,
    onSuccess: () => {
      notifyDone(t('totp.removed'));
      close();
      return client.invalidateQueries({ queryKey: SECURITY_KEY });
    },
  });
  const { totp } = security;
  const used = totp?.last_used_at ? formatDateTime(totp.last_used_at, zone, locale) : null;
  return (
    <li>
      <div className={classes.what}>
        <Text fw={600}>{t('totp.title')}</Text>
        <Text size="sm" c="dimmed">
          {totp ? (used ? t('used', { when: used }) : t('unused')) : t('totp.text')}
        </Text>
      </div>
      {totp ? (
        <Group gap="xs">
          <Button size="sm" variant="default" aria-label={t('totp.replaceNamed')} onClick={() => setOpen('add')}>
            {t('totp.replace')}
          </Button>
          <Button size="sm" variant="default" aria-label={t('totp.removeNamed')} onClick={() => setOpen('remove')}>
            {t('remove')}
          </Button>
        </Group>
      ) : (
        <Button size="sm" variant="light" aria-label={t('totp.addNamed')} onClick={() => setOpen('add')}>
          {t('totp.add')}
        </Button>
      )}
      <TotpDialog
        opened={open === 'add'}
        onClose={close}
        onAdded={(codes) => {
          close();
          onCodes(codes);
        }}
      />
      <ConfirmDialog
        opened={open === 'remove'}
        title={t('totp.removeTitle')}
        confirm={t('totp.removeNamed')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={close}
      >
        <Text>{t('totp.removeText')}</Text>
      </ConfirmDialog>
    </li>
  );
}

function RecoveryCodes({ left, onCodes }: RowProps & { left: number }) {
  const { t } = useTranslation('security');
  const client = useQueryClient();
  const errorText = useErrorText();
  const [open, setOpen] = useState(false);
  const renew = useMutation({
    mutationFn: renewRecoveryCodes,
    onSuccess: (codes) => {
      setOpen(false);
      onCodes(codes);
      return client.invalidateQueries({ queryKey: SECURITY_KEY });
    },
    onError: (error) => notifyFailed(errorText(error)),
  });
  return (
    <li>
      <div className={classes.what}>
        <Text fw={600}>{t('recovery.title')}</Text>
        <Stack gap={2}>
          <Text size="sm" c={left > FEW ? 'dimmed' : 'red.9'} className={left > FEW ? undefined : classes.few}>
            {t('recovery.left', { count: left })}
          </Text>
        </Stack>
      </div>
      <Button size="sm" variant="default" onClick={() => setOpen(true)}>
        {t('recovery.renew')}
      </Button>
      <ConfirmDialog
        opened={open}
        title={t('recovery.renewTitle')}
        confirm={t('recovery.renew')}
        busy={renew.isPending}
        onConfirm={() => renew.mutate()}
        onClose={() => setOpen(false)}
      >
        <Text>{t('recovery.renewText')}</Text>
      </ConfirmDialog>
    </li>
  );
}
