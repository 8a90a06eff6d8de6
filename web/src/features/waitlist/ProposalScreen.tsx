import { Alert, Card, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { answerProposalByLink, linkedProposalQuery } from '@/api/waitlist';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { ProposalCard } from '@/ui/waitlist/ProposalCard';

/** Where the mail about a visit that cannot be leads. It asks: programs that look at mails follow links. */
export function ProposalScreen() {
  const { t } = useTranslation('waitlist');
  const [token] = useState(() => window.location.hash.slice(1));
  const [answered, setAnswered] = useState<'taken' | 'declined' | null>(null);
  const query = useQuery(linkedProposalQuery(token));
  const wrong = token === '' || hasCode(query.error, 'proposal_not_found', 'validation', 'invalid');
  return (
    <Screen title={t('away.title')} width="narrow">
      {wrong ? (
        <Alert color="red" role="alert">
          {t('offer.wrongLink')}
        </Alert>
      ) : (
        <QueryView query={query}>
          {(proposal) =>
            answered ?? proposal.status !== 'open' ? (
              <Card p="lg">
                <Text role="status">{t(`away.done.${answered ?? 'over'}`)}</Text>
              </Card>
            ) : (
              <ProposalCard
                proposal={proposal}
                answer={(choice) => answerProposalByLink(token, choice)}
                onAnswered={(choice) => setAnswered(choice === null ? 'declined' : 'taken')}
              />
            )
          }
        </QueryView>
      )}
    </Screen>
  );
}
