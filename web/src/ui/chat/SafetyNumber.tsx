import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ChatMember } from '@/api/chats';
import { type Identity, safetyNumber } from '@/lib/e2e';

/** The number that both of two people see when nobody stands between them. */
export function SafetyNumber({ member, identity }: { member: Pick<ChatMember, 'name' | 'public_key'>; identity: Identity }) {
  const { t } = useTranslation('chat');
  const theirs = member.public_key;
  const { data } = useQuery({
    queryKey: ['safety-number', identity.publicKey, theirs],
    queryFn: () => safetyNumber(identity.publicKey, theirs ?? ''),
    enabled: theirs !== null,
    staleTime: Infinity,
  });
  if (!data) return null;
  return (
    <div>
      <Text size="sm">{t('safetyWith', { name: member.name, number: data.join(' ') })}</Text>
      <Text size="sm" c="dimmed">
        {t('safetyHint')}
      </Text>
    </div>
  );
}
