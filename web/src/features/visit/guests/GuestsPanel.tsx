import { Button, Card, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { approveGuest, guestsQuery, type Guest, type GuestRole, inviteGuest, withdrawGuest } from '@/api/visitRooms';
import { makeGuestKey } from '@/lib/e2e';
import { GuestLink } from './GuestLink';
import { guestLink } from './links';

const ROLES: GuestRole[] = ['interpreter', 'family', 'specialist', 'other'];

interface Made {
  name: string;
  link: string;
}

/** Who else comes to the visit. Hosts invite; the patient asks, and a host invites then. */
export function GuestsPanel({ roomId, host }: { roomId: string; host: boolean }) {
  const { t } = useTranslation('room');
  const client = useQueryClient();
  const guests = useQuery(guestsQuery(roomId)).data ?? [];
  const [made, setMade] = useState<Made | null>(null);
  const again = () => client.invalidateQueries({ queryKey: guestsQuery(roomId).queryKey });
  const approve = useMutation({
    mutationFn: async (guest: Guest) => withLink((key) => approveGuest(guest.id, key)),
    onSuccess: (done) => (setMade(done), again()),
  });
  const withdraw = useMutation({ mutationFn: withdrawGuest, onSuccess: again });
  return (
    <Card>
      <Stack>
        <Title order={2} size="h3">
          {t('guests.title')}
        </Title>
        {guests.length === 0 && <Text c="dimmed">{t('guests.none')}</Text>}
        <Stack gap="xs" role="list">
          {guests.map((guest) => (
            <Group key={guest.id} role="listitem" justify="space-between">
              <Text>
                {guest.name} · {t(`guests.kind.${guest.role}`)} · {t(`guests.status.${guest.status}`)}
              </Text>
              {host && (
                <Group gap="xs">
                  {guest.status === 'asked' && (
                    <Button size="xs" loading={approve.isPending} onClick={() => approve.mutate(guest)}>
                      {t('guests.makeFor', { name: guest.name })}
                    </Button>
                  )}
                  <Button size="xs" variant="default" onClick={() => withdraw.mutate(guest.id)}>
                    {t('guests.withdraw', { name: guest.name })}
                  </Button>
                </Group>
              )}
            </Group>
          ))}
        </Stack>
        {made && <GuestLink {...made} />}
        {(approve.isError || withdraw.isError) && <Text role="alert">{t('guests.failed')}</Text>}
        <NewGuest roomId={roomId} host={host} onMade={(done) => (setMade(done), void again())} />
      </Stack>
    </Card>
  );
}

function NewGuest({ roomId, host, onMade }: { roomId: string; host: boolean; onMade: (made: Made | null) => void }) {
  const { t } = useTranslation('room');
  const [name, setName] = useState('');
  const [role, setRole] = useState<GuestRole>('interpreter');
  const invite = useMutation({
    mutationFn: async () =>
      host ? withLink((key) => inviteGuest(roomId, name, role, key)) : inviteGuest(roomId, name, role, null).then(() => null),
    onSuccess: (made) => {
      setName('');
      onMade(made);
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (name.trim()) invite.mutate();
  };
  return (
    <form onSubmit={submit} aria-label={host ? t('guests.add') : t('guests.ask')}>
      {!host && <Text size="sm">{t('guests.askText')}</Text>}
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t('guests.name')}
          value={name}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('guests.role')}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as GuestRole)}
          data={ROLES.map((value) => ({ value, label: t(`guests.kind.${value}`) }))}
        />
        <Button type="submit" loading={invite.isPending}>
          {host ? t('guests.make') : t('guests.send')}
        </Button>
      </Group>
      {invite.isError && (
        <Text role="alert">{hasCode(invite.error, 'too_many_guests') ? t('guests.full') : t('guests.failed')}</Text>
      )}
    </form>
  );
}

/** Makes the key of a guest's link here, and the link of it and of what the server adds. */
async function withLink(invited: (publicKey: string) => Promise<Guest>): Promise<Made> {
  const key = await makeGuestKey();
  const guest = await invited(key.publicKey);
  return { name: guest.name, link: guestLink(guest.id, guest.token ?? '', key.fragment) };
}
