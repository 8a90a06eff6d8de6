import { Alert, Button, NumberInput, Stack, Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ChatRules, chatRulesQuery, setChatRules } from '@/api/chats';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';

const A_YEAR = 8_760;
const MOST_MEGABYTES = 50;

/** How long conversations are open, who may share what was said, how large files may be. */
export function ChatRulesSection({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('chat');
  const query = useQuery(chatRulesQuery(clinicId));
  return (
    <Section title={t('rules.title')} text={t('rules.text')}>
      <QueryView query={query}>{(rules) => <Form clinicId={clinicId} rules={rules} />}</QueryView>
    </Section>
  );
}

function Form({ clinicId, rules }: { clinicId: string; rules: ChatRules }) {
  const { t } = useTranslation('chat');
  const client = useQueryClient();
  const errorText = useErrorText();
  const [wish, setWish] = useState(rules);
  const save = useMutation({
    mutationFn: () => setChatRules(clinicId, wish),
    onSuccess: (kept) => {
      client.setQueryData(chatRulesQuery(clinicId).queryKey, kept);
      notifyDone(t('rules.saved'));
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Switch
          label={t('rules.fromBooking')}
          checked={wish.hours_before === null}
          onChange={(event) => setWish({ ...wish, hours_before: event.currentTarget.checked ? null : 24 })}
        />
        {wish.hours_before !== null && (
          <NumberInput
            label={t('rules.before')}
            min={0}
            max={A_YEAR}
            value={wish.hours_before ?? 0}
            onChange={(value) => setWish({ ...wish, hours_before: Number(value) })}
          />
        )}
        <NumberInput
          label={t('rules.after')}
          min={0}
          max={A_YEAR}
          value={wish.hours_after ?? 0}
          onChange={(value) => setWish({ ...wish, hours_after: Number(value) })}
        />
        <Switch
          label={t('rules.history')}
          checked={wish.history === 'provider'}
          onChange={(event) => setWish({ ...wish, history: event.currentTarget.checked ? 'provider' : 'never' })}
        />
        <NumberInput
          label={t('rules.megabytes')}
          min={0}
          max={MOST_MEGABYTES}
          value={wish.file_megabytes ?? 0}
          onChange={(value) => setWish({ ...wish, file_megabytes: Number(value) })}
        />
        {save.error && (
          <Alert color="red" role="alert">
            {errorText(save.error)}
          </Alert>
        )}
        <div>
          <Button type="submit" loading={save.isPending}>
            {t('rules.save')}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
