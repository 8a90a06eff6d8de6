import { Alert, Button, Card, Group, Radio, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AwayProposal } from '@/api/waitlist';
import { formatDateTime } from '@/lib/time';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';

const NONE = 'none';

interface ProposalCardProps {
  proposal: AwayProposal;
  answer: (choice: number | null) => Promise<void>;
  onAnswered: (choice: number | null) => void;
}

/** A visit that cannot be, and what can be had instead. */
export function ProposalCard({ proposal, answer, onAnswered }: ProposalCardProps) {
  const { t } = useTranslation(['waitlist', 'ui']);
  const { locale, zone } = useLocale();
  const errorText = useErrorText();
  const heading = useId();
  const [picked, setPicked] = useState(proposal.choices.length > 0 ? '0' : NONE);
  const send = useMutation({
    mutationFn: (choice: number | null) => answer(choice),
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
            {proposal.choices.map((choice, index) => (
              <Radio
                key={index}
                size="md"
                value={String(index)}
                label={t(`away.kind.${choice.kind}`, {
                  when: formatDateTime(choice.start, zone, locale),
                  name: choice.provider.name,
                })}
              />
            ))}
            <Radio size="md" value={NONE} label={t('away.none')} />
          </Stack>
        </Radio.Group>
        {send.error && (
          <Alert color="red" role="alert">
            {errorText(send.error)}
          </Alert>
        )}
        <Group>
          <Button
            size="md"
            loading={send.isPending}
            onClick={() => send.mutate(picked === NONE ? null : Number(picked))}
          >
            {t('away.send')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
