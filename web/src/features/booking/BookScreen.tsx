import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconCalendarQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { providerQuery, visitTypesQuery } from '@/api/providers';
import { ButtonLink } from '@/ui/ButtonLink';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { EmptyState, Loading } from '@/ui/States';
import { BookingSteps } from './BookingSteps';
import { chosenSlot, type ChosenSlot } from './search';

const route = getRouteApi('/book');

/** Books one chosen time: details, then a last look, then done. */
export function BookScreen() {
  const { t } = useTranslation('booking');
  const search = route.useSearch();
  const slot = chosenSlot(search);
  return (
    <Screen title={search.step === 'review' ? t('reviewTitle') : t('title')}>
      {slot ? <Chosen slot={slot} /> : <NothingChosen />}
    </Screen>
  );
}

function Chosen({ slot }: { slot: ChosenSlot }) {
  const provider = useQuery(providerQuery(slot.provider));
  const types = useQuery(visitTypesQuery(slot.provider));
  return (
    <QueryView query={provider} loading={<Loading rows={2} height={200} />}>
      {(found) => (
        <QueryView query={types} loading={<Loading rows={2} height={200} />}>
          {({ items }) => {
            const type = items.find(({ id }) => id === slot.type);
            return type ? <BookingSteps slot={slot} provider={found} visitType={type} /> : <NothingChosen />;
          }}
        </QueryView>
      )}
    </QueryView>
  );
}

function NothingChosen() {
  const { t } = useTranslation('booking');
  const find = <ButtonLink to="/">{t('find')}</ButtonLink>;
  return <EmptyState icon={IconCalendarQuestion} title={t('incomplete')} text={t('incompleteText')} action={find} />;
}
