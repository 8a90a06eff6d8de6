import { Alert, Card, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { useUser } from '@/api/session';
import { acceptByLink, declineByLink, linkedOfferQuery, type Offer, WAITLIST_KEY } from '@/api/waitlist';
import { formatDateTime } from '@/lib/time';
import { ButtonLink } from '@/ui/ButtonLink';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { useLocale } from '@/ui/useLocale';
import { OfferCard } from '@/ui/waitlist/OfferCard';

/** Where the mail about a time that came free leads. It asks: programs that look at mails follow links. */
export function OfferScreen() {
  const { t } = useTranslation('waitlist');
  // Read once: the fragment stays with the browser.
  const [token] = useState(() => window.location.hash.slice(1));
  const query = useQuery(linkedOfferQuery(token));
  const wrong = token === '' || hasCode(query.error, 'waitlist_offer_not_found', 'validation', 'invalid');
  return (
    <Screen title={t('offer.title')} width="narrow">
      {wrong ? (
        <Alert color="red" role="alert">
          {t('offer.wrongLink')}
        </Alert>
      ) : (
        <QueryView query={query}>
          {(offer) => (offer.status === 'open' ? <Open token={token} offer={offer} /> : <Over status={offer.status} />)}
        </QueryView>
      )}
    </Screen>
  );
}

function Open({ token, offer }: { token: string; offer: Offer }) {
  const { t } = useTranslation('waitlist');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  const again = () => void client.invalidateQueries({ queryKey: WAITLIST_KEY });
  const accept = useMutation({ mutationFn: () => acceptByLink(token) });
  const decline = useMutation({ mutationFn: () => declineByLink(token) });
  if (accept.isSuccess) {
    return (
      <Done
        title={t('offer.accepted')}
        text={t('offer.acceptedText', { when: formatDateTime(accept.data.start, zone, locale) })}
        visitId={accept.data.appointment_id}
      />
    );
  }
  if (decline.isSuccess) return <Done title={t('offer.declined')} />;
  if (hasCode(accept.error, 'waitlist_offer_gone')) {
    return <Over status={accept.error.problem['offer_status'] as Offer['status']} />;
  }
  if (hasCode(accept.error, 'consent_needed')) return <Done title={t('offer.consentFirst')} />;
  return (
    <OfferCard
      offer={offer}
      named
      busy={accept.isPending || decline.isPending}
      error={accept.error ?? decline.error}
      onAccept={() => accept.mutate()}
      onDecline={() => decline.mutate()}
      onOver={again}
    />
  );
}

function Over({ status }: { status: Offer['status'] }) {
  const { t } = useTranslation('waitlist');
  return <Done title={t(`offer.gone.${status === 'open' ? 'expired' : status}`)} />;
}

function Done({ title, text, visitId }: { title: string; text?: string; visitId?: string }) {
  const { t } = useTranslation('waitlist');
  const user = useUser();
  return (
    <Card p={{ base: 'lg', sm: 'xl' }}>
      <Stack role="status">
        <Text fw={600} size="lg">
          {title}
        </Text>
        {text && <Text>{text}</Text>}
        <Group>
          {visitId && user && (
            <ButtonLink to="/visits/$visitId" params={{ visitId }}>
              {t('offer.open')}
            </ButtonLink>
          )}
          {!visitId && (
            <ButtonLink to="/waitlist" variant="default">
              {t('offer.toList')}
            </ButtonLink>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
