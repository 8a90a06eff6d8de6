import { Alert, Button, Card, Group, Radio, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AwayProposal } from '@/api/waitlist';
import { formatDateTime } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';

const NONE = 'none';
const EVERY_MS = 30_000;

interface ProposalCardProps {
  proposal: AwayProposal;
  answer: (choice: string | null) => Promise<void>;
  onAnswered: (choice: string | null) => void;
}

/** A visit that cannot be, and what can be had instead. */
export function ProposalCard({ proposal, answer, onAnswered }: ProposalCardProps) {
  const { t } = useTranslation(['waitlist', 'ui']);
  const { locale, zone } = useLocale();
  const errorText = useErrorText();
  const heading = useId();
  const [picked, setPicked] = useState(proposal.choices[0]?.id ?? NONE);
  const now = useNow(EVERY_MS);
  const keptStill = proposal.kept_until !== null && Date.parse(proposal.kept_until) > now;
  const send = useMutation({
    mutationFn: (choice: string | null) => answer(choice),
    onSuccess: (_, choice) => onAnswered(choice),
  });
  return (
    <Card component="section" aria-labelledby={heading} p={{ base: 'md', sm: 'lg' }} withBorder>
      <Stack>
        <Title order={3} size="h4" id={heading}>
          {t('away.cannot', {
            when: formatDateTime(proposal.was, zone, locale),
            name: proposal.provider.name,
            type: proposal.visit_type.name,
          })}
        </Title>
        <Text>{t('away.for', { name: proposal.patient.name })}</Text>
        <Radio.Group label={t('away.choose')} value={picked} onChange={setPicked}>
          <Stack gap="xs" mt="xs">
            {proposal.choices.map((choice) => (
              <Radio
                key={choice.id}
                size="md"
                value={choice.id}
                label={t(`away.kind.${choice.kind}`, {
                  when: formatDateTime(choice.start, zone, locale),
                  name: choice.provider.name,
                })}
              />
            ))}
            <Radio size="md" value={NONE} label={t('away.none')} />
          </Stack>
        </Radio.Group>
        {proposal.kept_until && proposal.choices.length > 0 && (
          <Text size="sm" c="dimmed">
            {keptStill
              ? t('away.kept', { until: formatDateTime(proposal.kept_until, zone, locale) })
              : t('away.notKept')}
          </Text>
        )}
        {send.error && (
          <Alert color="red" role="alert">
            {errorText(send.error)}
          </Alert>
        )}
        <Group>
          <Button
            size="md"
            loading={send.isPending}
            onClick={() => send.mutate(picked === NONE ? null : picked)}
          >
            {t('away.send')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
