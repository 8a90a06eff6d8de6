import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Chat, ChatMember } from '@/api/chats';
import type { Identity } from '@/lib/e2e';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';
import { SafetyNumber } from './SafetyNumber';

interface ReadersProps {
  chat: Chat;
  identity: Identity;
  onShare: (member: ChatMember) => Promise<void>;
}

/** Who reads along, and how to make sure of it. */
export function Readers({ chat, identity, onShare }: ReadersProps) {
  const { t } = useTranslation('chat');
  const errorText = useErrorText();
  const [open, setOpen] = useState(false);
  const others = chat.members.filter((one) => one.participant !== chat.you);
  const names = others.map((one) => `${one.name} (${t(`role.${one.role}`)})`);
  if (chat.escrow_key) names.push(t('role.clinic'));
  const share = async (member: ChatMember) => {
    try {
      await onShare(member);
      notifyDone(t('shared', { name: member.name }));
    } catch (error) {
      notifyFailed(errorText(error));
    }
  };
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text size="sm">{t('readers')}: {[t('you'), ...names].join(', ')}</Text>
        <Button size="compact-sm" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('safety')}
        </Button>
      </Group>
      {open &&
        others.map((member) => (
          <SafetyNumber key={member.participant} member={member} identity={identity} />
        ))}
      {chat.role === 'provider' &&
        chat.history === 'provider' &&
        others.filter((one) => mayLack(chat, one)).map((member) => (
          <div key={member.participant}>
            <Button size="sm" variant="default" onClick={() => void share(member)}>
              {t('share', { name: member.name })}
            </Button>
          </div>
        ))}
    </Stack>
  );
}

/** Whether there is something said that this reader was not there for. */
function mayLack(chat: Chat, member: ChatMember): boolean {
  const named = `${member.participant} ${member.key_id ?? ''}`;
  const automatic = member.first_key && (member.role === 'patient' || member.role === 'provider');
  return member.key_id !== null && !automatic && chat.epochs.some((one) => !one.readers.includes(named));
}
