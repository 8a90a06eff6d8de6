import { Alert } from '@mantine/core';
import { IconPhone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CallView } from './engine/call';
import { PhoneNumber } from './PhoneNumber';

/** While anybody goes on by telephone: who, and the number to call. */
export function PhoneNote({ view }: { view: CallView }) {
  const { t } = useTranslation('call');
  const name = view.people.find(({ sharing }) => sharing.phone)?.name;
  return (
    <Alert icon={<IconPhone size={20} />} title={name ? t('tile.onPhone', { name }) : t('phone.self')}>
      <PhoneNumber />
    </Alert>
  );
}
