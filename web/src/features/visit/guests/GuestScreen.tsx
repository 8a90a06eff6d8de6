import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { guestRoomQuery, type GuestRoom } from '@/api/visitRooms';
import { formatDateTime } from '@/lib/time';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { useLocale } from '@/ui/useLocale';
import { CheckSteps } from '../check/CheckScreen';
import { Inside } from '../room/Inside';
import { RoomProvider } from '../room/RoomProvider';
import { ClinicPhone } from '../waiting/ClinicPhone';
import { ClosedDoor } from '../waiting/Closed';
import { readGuestLink } from './links';

/** Where a guest's link leads: who invites them and when, then the waiting room and the visit. Nobody signs in here. */
export function GuestScreen() {
  const { t } = useTranslation('room');
  // Read once: the fragment stays with the browser.
  const [{ token, key }] = useState(() => readGuestLink(window.location.hash));
  const query = useQuery({ ...guestRoomQuery(token), enabled: token !== '' });
  const wrong = token === '' || hasCode(query.error, 'link_not_good', 'link_revoked', 'invalid_request');
  return (
    <Screen title={t('title')} width="wide">
      {wrong ? (
        <Alert color="red" role="alert" title={t('guests.wrong')}>
          {t('guests.wrongText')}
        </Alert>
      ) : (
        <QueryView query={query}>{(room) => <Door room={room} token={token} guestKey={key} />}</QueryView>
      )}
    </Screen>
  );
}

function Door({ room, token, guestKey }: { room: GuestRoom; token: string; guestKey: string | null }) {
  const { t } = useTranslation('room');
  const { locale, zone } = useLocale();
  const [at, setAt] = useState<'door' | 'check' | 'room'>('door');
  const link = useCallback(() => Promise.resolve(token), [token]);
  if (at === 'room') {
    return (
      <RoomProvider roomId={room.id} link={link} guestKey={guestKey} phone={room.phone ?? null}>
        <Inside provider={room.provider} />
      </RoomProvider>
    );
  }
  if (at === 'check') {
    return (
      <Stack maw="46rem">
        <Title order={2}>{t('guests.check')}</Title>
        <Text c="dimmed">{t('guests.checkText')}</Text>
        <CheckSteps
          roomId={room.id}
          token={token}
          onward={
            <div>
              <Button onClick={() => setAt('door')}>{t('guests.checked')}</Button>
            </div>
          }
        />
      </Stack>
    );
  }
  const when = formatDateTime(room.start, zone, locale);
  return (
    <Card p={{ base: 'lg', sm: 'xl' }}>
      <Stack>
        <Title order={2}>{t('guests.hello', { name: room.name })}</Title>
        <Text>{t('guests.intro', { provider: room.provider, clinic: room.clinic, when })}</Text>
        {room.door === 'open' ? (
          <ClinicPhone phone={room.phone} />
        ) : (
          <ClosedDoor door={room.door} opensAt={room.opens_at} provider={room.provider} phone={room.phone ?? null} />
        )}
        <Group gap="sm">
          {room.door === 'open' && <Button onClick={() => setAt('room')}>{t('guests.enter')}</Button>}
          {(room.door === 'open' || room.door === 'early') && (
            <Button variant="default" onClick={() => setAt('check')}>
              {t('closed.check')}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
