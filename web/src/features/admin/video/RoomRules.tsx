import { Alert, Button, NumberInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setVisitRules, type VisitRules, visitRulesQuery } from '@/api/visitRooms';
import { notifyDone } from '@/ui/notify';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { useErrorText } from '@/ui/useErrorText';

/** The most minutes of each rule, as the API takes them. */
const MOST = { opens_before_minutes: 120, closes_after_minutes: 1440, no_show_minutes: 240 } as const;
const MINUTES = [
  ['opens_before_minutes', 'before', 0],
  ['closes_after_minutes', 'after', 0],
  ['no_show_minutes', 'noShow', 1],
] as const;

/** When rooms open and close, when a no-show is proposed, and the number to call when video fails. */
export function RoomRules({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('video');
  const query = useQuery(visitRulesQuery(clinicId));
  return (
    <Section title={t('rules.title')} text={t('rules.text')}>
      <QueryView query={query}>{(rules) => <Form clinicId={clinicId} rules={rules} />}</QueryView>
    </Section>
  );
}

function Form({ clinicId, rules }: { clinicId: string; rules: VisitRules }) {
  const { t } = useTranslation('video');
  const client = useQueryClient();
  const errorText = useErrorText();
  const [wish, setWish] = useState(rules);
  const phone = (wish.phone ?? '').trim();
  const save = useMutation({
    mutationFn: () => setVisitRules(clinicId, { ...wish, phone: phone === '' ? null : phone }),
    onSuccess: (kept) => {
      client.setQueryData(visitRulesQuery(clinicId).queryKey, kept);
      notifyDone(t('rules.saved'));
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack maw="28rem">
        {MINUTES.map(([name, label, min]) => (
          <NumberInput
            key={name}
            label={t(`rules.${label}`)}
            min={min}
            max={MOST[name]}
            allowDecimal={false}
            value={wish[name] ?? min}
            onChange={(value) => setWish({ ...wish, [name]: Number(value) })}
          />
        ))}
        <TextInput
          label={t('rules.phone')}
          description={t('rules.phoneHelp')}
          type="tel"
          maxLength={40}
          value={wish.phone ?? ''}
          onChange={(event) => setWish({ ...wish, phone: event.currentTarget.value })}
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
