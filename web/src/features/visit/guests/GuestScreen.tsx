import { Alert, Button, Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { guestRoomQuery, type GuestRoom } from '@/api/visitRooms';
import { formatDateTime } from '@/lib/time';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { useLocale } from '@/ui/useLocale';
import { Inside } from '../room/Inside';
import { RoomProvider } from '../room/RoomProvider';
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
  const [entered, setEntered] = useState(false);
  const link = useCallback(() => Promise.resolve(token), [token]);
  if (entered) {
    return (
      <RoomProvider roomId={room.id} link={link} guestKey={guestKey}>
        <Inside provider={room.provider} phone={room.phone ?? null} />
      </RoomProvider>
    );
  }
  const when = formatDateTime(room.start, zone, locale);
  return (
    <Card p={{ base: 'lg', sm: 'xl' }}>
      <Stack>
        <Title order={2}>{t('guests.hello', { name: room.name })}</Title>
        <Text>{t('guests.intro', { provider: room.provider, clinic: room.clinic, when })}</Text>
        {room.door === 'open' ? (
          <div>
            <Button onClick={() => setEntered(true)}>{t('guests.enter')}</Button>
          </div>
        ) : (
          <ClosedDoor door={room.door} opensAt={room.opens_at} provider={room.provider} phone={room.phone ?? null} />
        )}
      </Stack>
    </Card>
  );
}
