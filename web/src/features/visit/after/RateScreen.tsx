import { Card, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { linkedRatingQuery, rateByLink, type RatingGiven } from '@/api/after';
import { formatDateTime } from '@/lib/time';
import { QueryView } from '@/ui/QueryView';
import { Screen } from '@/ui/Screen';
import { useLocale } from '@/ui/useLocale';
import { RatingForm } from './RatingForm';

/** Where the link of a follow-up message leads: the visit is rated without signing in. */
export function RateScreen() {
  const { t } = useTranslation('after');
  const { locale, zone } = useLocale();
  const client = useQueryClient();
  // Read once: the fragment stays with the browser.
  const [token] = useState(() => window.location.hash.replace(/^#/u, ''));
  const query = useQuery({ ...linkedRatingQuery(token), enabled: token !== '' });
  const give = useMutation({
    mutationFn: (given: RatingGiven) => rateByLink(token, given),
    onSuccess: (found) => client.setQueryData(linkedRatingQuery(token).queryKey, found),
  });
  return (
    <Screen title={t('rating.title')} width="narrow">
      <Card p={{ base: 'lg', sm: 'xl' }}>
        {token === '' ? (
          <Text>{t('rating.noLink')}</Text>
        ) : (
          <QueryView query={query}>
            {(found) => (
              <Stack>
                <Text>
                  {t('rating.of', {
                    name: found.with_whom,
                    clinic: found.clinic,
                    when: formatDateTime(found.start, zone, locale),
                  })}
                </Text>
                <RatingForm
                  rating={found.rating}
                  busy={give.isPending}
                  error={give.error}
                  done={give.isSuccess}
                  onGive={(given) => give.mutate(given)}
                />
              </Stack>
            )}
          </QueryView>
        )}
      </Card>
    </Screen>
  );
}
