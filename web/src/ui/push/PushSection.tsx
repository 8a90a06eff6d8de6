import { Button, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PUSH_KEY, pushQuery, type PushState, turnPushOff, turnPushOn } from '@/api/push';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';

/** Push messages for the browser the person sits at. Nothing is asked of them before they press the button. */
export function PushSection() {
  const { t } = useTranslation('push');
  const query = useQuery(pushQuery());
  return (
    <Section title={t('title')} text={t('text')}>
      <QueryView query={query}>{(state) => <Switch state={state} />}</QueryView>
    </Section>
  );
}

function Switch({ state }: { state: PushState }) {
  const { t } = useTranslation('push');
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => (state === 'on' ? turnPushOff() : turnPushOn()),
    onSuccess: (now) => {
      client.setQueryData(PUSH_KEY, now);
      if (now === 'on' || state === 'on') notifyDone(t(now === 'on' ? 'turnedOn' : 'turnedOff'));
    },
    onError: () => notifyFailed(t('failed')),
  });
  if (state === 'blocked' || state === 'unsupported') return <Text>{t(state)}</Text>;
  return (
    <Button variant={state === 'on' ? 'default' : 'filled'} loading={change.isPending} onClick={() => change.mutate()}>
      {t(state === 'on' ? 'turnOff' : 'turnOn')}
    </Button>
  );
}
