import { Button, Divider, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { endSessionsOf, switchAccount } from '@/api/accounts';
import { peopleQuery, type PersonAtClinic } from '@/api/people';
import { useUser } from '@/api/session';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { notifyDone } from '@/ui/notify';

interface PersonAccountProps {
  clinicId: string;
  person: PersonAtClinic;
  onClose: () => void;
}

/** Signing somebody out everywhere, and switching their account off or on; another admin does it for one's own. */
export function PersonAccount({ clinicId, person, onClose }: PersonAccountProps) {
  const { t } = useTranslation('admin');
  const user = useUser();
  if (user?.id === person.id) return null;
  return (
    <Stack component="section" gap="sm" pb="xl" aria-labelledby="person-account">
      <Divider />
      <Title order={3} size="h4" id="person-account">
        {t('account.title')}
      </Title>
      {!person.active && <Text>{t('account.isOff', { name: person.full_name })}</Text>}
      <Group>
        {person.active && (
          <Act
            act="signOut"
            name={person.full_name}
            doing={() => endSessionsOf(clinicId, person.id)}
            onDone={(ended) => {
              notifyDone(t('account.signedOut', { name: person.full_name, count: ended }));
              onClose();
            }}
          />
        )}
        <Switching clinicId={clinicId} person={person} onClose={onClose} />
      </Group>
    </Stack>
  );
}

function Switching({ clinicId, person, onClose }: PersonAccountProps) {
  const { t } = useTranslation('admin');
  const client = useQueryClient();
  return (
    <Act
      act={person.active ? 'off' : 'on'}
      name={person.full_name}
      doing={() => switchAccount(clinicId, person.id, !person.active)}
      onDone={async () => {
        notifyDone(t(person.active ? 'account.nowOff' : 'account.nowOn', { name: person.full_name }));
        await client.invalidateQueries({ queryKey: peopleQuery(clinicId).queryKey });
        onClose();
      }}
    />
  );
}

interface ActProps<T> {
  act: 'signOut' | 'off' | 'on';
  name: string;
  doing: () => Promise<T>;
  onDone: (answer: T) => void | Promise<void>;
}

/** One thing that is done to an account, after asking once more. */
function Act<T>({ act, name, doing, onDone }: ActProps<T>) {
  const { t } = useTranslation('admin');
  const [asking, setAsking] = useState(false);
  const done = useMutation({ mutationFn: doing, onSuccess: onDone });
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t(`account.${act}`)}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t(`account.${act}Title`, { name })}
        confirm={t(`account.${act}`)}
        danger={act === 'off'}
        busy={done.isPending}
        error={done.error}
        onConfirm={() => done.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text>{t(`account.${act}Text`, { name })}</Text>
      </ConfirmDialog>
    </>
  );
}
