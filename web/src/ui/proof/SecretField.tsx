import { Anchor, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ProofKind } from '@/api/security';

interface SecretFieldProps {
  way: ProofKind;
  value: string;
  onChange: (value: string) => void;
}

/** Where the password or the code is typed; a passkey needs no field. */
export function SecretField({ way, value, onChange }: SecretFieldProps) {
  const { t } = useTranslation('security');
  if (way === 'passkey') return <Text c="dimmed">{t('way.passkeyText')}</Text>;
  const field = {
    label: t(`way.${way}`),
    value,
    'data-autofocus': true,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  if (way === 'password') {
    const eye = { 'aria-label': t('showPassword'), tabIndex: 0 };
    return <PasswordInput autoComplete="current-password" visibilityToggleButtonProps={eye} {...field} />;
  }
  if (way === 'recovery-code') return <TextInput autoComplete="off" spellCheck={false} maxLength={20} {...field} />;
  return <TextInput inputMode="numeric" autoComplete="one-time-code" maxLength={7} {...field} />;
}

interface OtherWaysProps {
  ways: ProofKind[];
  way: ProofKind;
  onWay: (way: ProofKind) => void;
}

/** The ways that were not chosen. */
export function OtherWays({ ways, way, onWay }: OtherWaysProps) {
  const { t } = useTranslation('security');
  const others = ways.filter((one) => one !== way);
  if (others.length === 0) return null;
  return (
    <Stack gap={4}>
      {others.map((other) => (
        <Anchor key={other} component="button" type="button" ta="start" onClick={() => onWay(other)}>
          {t(`use.${other}`)}
        </Anchor>
      ))}
    </Stack>
  );
}
