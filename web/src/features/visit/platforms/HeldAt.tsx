import { Alert, Anchor, Button, Card, Stack, Text, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf, hasCode } from '@/api/errors';
import { type VisitWayIn, wayInQuery } from '@/api/platforms';
import { Loading } from '@/ui/States';
import { useErrorText } from '@/ui/useErrorText';
import { useRoom } from '../room/room';

interface HeldAtProps {
  /** The call, through the media server where the visit is held at one. */
  children: (server: VisitWayIn | null) => ReactNode;
}

/** Where a visit is held, for who has been let in: our call, which is inside, or the way to another platform. */
export function HeldAt({ children }: HeldAtProps) {
  const { roomId, socket } = useRoom();
  const query = useQuery(wayInQuery(roomId, socket.token));
  if (query.data?.kind === 'built-in') return children(null);
  if (query.data?.platform === 'twilio') return <Readable way={query.data}>{children(query.data)}</Readable>;
  if (query.data?.kind === 'token') return children(query.data);
  if (query.data) return <Elsewhere way={query.data} onAgain={() => void query.refetch()} />;
  // What is being asked again meanwhile is said, too.
  const error = query.error ?? query.failureReason;
  if (error) return <NotYet error={error} onAgain={() => void query.refetch()} />;
  return <Loading />;
}

/** A platform that is within our page and can read the call: that is said before anybody is seen or heard, and stays said. */
function Readable({ way, children }: { way: VisitWayIn; children: ReactNode }) {
  const { t } = useTranslation('platforms');
  const { roomId } = useRoom();
  const [entered, setEntered] = useState<string | null>(null);
  const name = t(`name.${way.platform}`);
  if (entered === roomId) {
    return (
      <>
        {children}
        <Text size="sm" c="dimmed">
          {t('readable.note', { name })}
        </Text>
      </>
    );
  }
  return (
    <Card component="section">
      <Stack align="flex-start">
        <Title order={2} size="h3">
          {t('readable.title', { name })}
        </Title>
        <Text>{t('readable.text', { name })}</Text>
        <Button size="lg" onClick={() => setEntered(roomId)}>
          {t('readable.enter')}
        </Button>
      </Stack>
    </Card>
  );
}

/** A platform that opens in a tab of its own; nothing of it is loaded into our pages. */
function Elsewhere({ way, onAgain }: { way: VisitWayIn; onAgain: () => void }) {
  const { t } = useTranslation('platforms');
  const name = t(`name.${way.platform}`);
  return (
    <Card component="section">
      <Stack align="flex-start">
        <Title order={2} size="h3">
          {t('title', { name })}
        </Title>
        <Text>{t('text')}</Text>
        <Button
          component="a"
          href={way.link}
          target="_blank"
          rel="noopener noreferrer"
          size="lg"
          rightSection={<IconExternalLink size={20} aria-hidden="true" />}
        >
          {t('open', { name })}
        </Button>
        <Text size="sm" c="dimmed">
          {t('trouble')}{' '}
          <Anchor component="button" type="button" size="sm" onClick={onAgain}>
            {t('again')}
          </Anchor>
        </Text>
      </Stack>
    </Card>
  );
}

function NotYet({ error, onAgain }: { error: Error; onAgain: () => void }) {
  const { t } = useTranslation('platforms');
  const errorText = useErrorText();
  const soon = hasCode(error, 'room_not_ready');
  return (
    <Alert color={soon ? 'yellow' : 'red'} role="status" title={soon ? t('making') : errorText(error)} key={codeOf(error)}>
      <Button variant="default" onClick={onAgain}>
        {t('again')}
      </Button>
    </Alert>
  );
}
