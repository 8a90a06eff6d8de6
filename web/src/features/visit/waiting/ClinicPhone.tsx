import { Anchor, Group, Text } from '@mantine/core';
import { IconPhone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** The number to call when video does not work. */
export function ClinicPhone({ phone }: { phone: string | null | undefined }) {
  const { t } = useTranslation('room');
  if (!phone) return null;
  return (
    <Group gap="xs" wrap="nowrap">
      <IconPhone size={20} style={{ flexShrink: 0 }} aria-hidden="true" />
      <Text>
        {t('phone')} <Anchor href={`tel:${phone.replaceAll(/[^+0-9]/gu, '')}`}>{phone}</Anchor>
      </Text>
    </Group>
  );
}
