import { Alert, Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  askAddressCode,
  dropPhone,
  givePhone,
  NOTIFICATIONS_KEY,
  type NotificationPreferences,
  type Proved,
  proveAddress,
} from '@/api/messages';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';

/** Where messages go: the mailbox, and a telephone that is proved by a code. */
export function Addresses({ preferences }: { preferences: NotificationPreferences }) {
  const { t } = useTranslation('messages');
  const { email, phone } = preferences;
  return (
    <>
      {email && (
        <Section title={t('addresses.email')} state={<State dead={email.dead} proved />}>
          <Stack gap="sm">
            <Text style={{ overflowWrap: 'anywhere' }}>{email.address}</Text>
            {email.dead && (
              <>
                <Alert color="red">{t('addresses.emailDead')}</Alert>
                <CodeForm what="mailbox" />
              </>
            )}
          </Stack>
        </Section>
      )}
      <Section
        title={t('addresses.phone')}
        text={t('addresses.phoneText')}
        state={phone && <State dead={phone.dead} proved={phone.proved} />}
      >
        <Stack gap="sm">
          {phone?.dead && <Alert color="red">{t('addresses.phoneDead')}</Alert>}
          {phone && !phone.proved && <Text>{t('addresses.sent', { phone: phone.address })}</Text>}
          {phone && (!phone.proved || phone.dead) && <CodeForm what="phone" />}
          <PhoneForm key={phone?.address ?? ''} number={phone?.address ?? ''} />
        </Stack>
      </Section>
    </>
  );
}

function State({ dead, proved }: { dead: boolean; proved: boolean }) {
  const { t } = useTranslation('messages');
  const state = dead ? 'dead' : proved ? 'good' : 'unproved';
  const color = { dead: 'red', good: 'lagoon', unproved: 'yellow' }[state];
  return (
    <Badge variant="light" size="lg" color={color}>
      {t(`addresses.state.${state}`)}
    </Badge>
  );
}

function PhoneForm({ number }: { number: string }) {
  const { t } = useTranslation('messages');
  const errorText = useErrorText();
  const [text, setText] = useState(number);
  const client = useQueryClient();
  const onSuccess = (answer: NotificationPreferences) => client.setQueryData(NOTIFICATIONS_KEY, answer);
  const give = useMutation({ mutationFn: givePhone, onSuccess });
  const drop = useMutation({ mutationFn: dropPhone, onSuccess });
  const error = give.error ?? drop.error;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        give.mutate(text);
      }}
    >
      <Stack gap="sm">
        <TextInput
          type="tel"
          autoComplete="tel"
          label={t('addresses.number')}
          description={t('addresses.numberHint')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={error ? errorText(error) : undefined}
        />
        <Group>
          <Button type="submit" variant="default" loading={give.isPending} disabled={!text.trim() || text === number}>
            {t('addresses.give')}
          </Button>
          {number && (
            <Button variant="subtle" color="red" loading={drop.isPending} onClick={() => drop.mutate()}>
              {t('addresses.drop')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function CodeForm({ what }: { what: Proved }) {
  const { t } = useTranslation('messages');
  const errorText = useErrorText();
  const [code, setCode] = useState('');
  const client = useQueryClient();
  const prove = useMutation({
    mutationFn: (text: string) => proveAddress(what, text),
    onSuccess: (answer) => client.setQueryData(NOTIFICATIONS_KEY, answer),
  });
  const again = useMutation({ mutationFn: () => askAddressCode(what) });
  const error = prove.error ?? again.error;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        prove.mutate(code);
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t('addresses.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={6}
          maw="12rem"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.replaceAll(/\D/gu, ''))}
          error={error ? errorText(error) : undefined}
        />
        {again.isSuccess && <Text role="status">{t('addresses.sentAgain')}</Text>}
        <Group>
          <Button type="submit" loading={prove.isPending} disabled={code.length !== 6}>
            {t('addresses.prove')}
          </Button>
          <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
            {t('addresses.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
