import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { rate, type RatingGiven, ratingQuery } from '@/api/after';
import { QueryView } from '@/ui/QueryView';
import { Section } from '@/ui/Section';
import { RatingForm } from './RatingForm';

/** How it was, asked of the patient. */
export function Rating({ visitId }: { visitId: string }) {
  const { t } = useTranslation('after');
  const client = useQueryClient();
  const query = useQuery(ratingQuery(visitId));
  const give = useMutation({
    mutationFn: (given: RatingGiven) => rate(visitId, given),
    onSuccess: (found) => client.setQueryData(ratingQuery(visitId).queryKey, found),
  });
  return (
    <Section title={t(query.data?.after ? 'rating.laterTitle' : 'rating.title')} text={t('rating.text')}>
      <QueryView query={query}>
        {(rating) => (
          <RatingForm
            rating={rating}
            busy={give.isPending}
            error={give.error}
            done={give.isSuccess}
            onGive={(given) => give.mutate(given)}
          />
        )}
      </QueryView>
    </Section>
  );
}
