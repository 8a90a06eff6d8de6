import { Alert, Button, Group, Rating, Stack, Text, Textarea } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RatingGiven, VisitRating } from '@/api/after';
import { formatDateTime } from '@/lib/time';
import { useErrorText } from '@/ui/useErrorText';
import { useLocale } from '@/ui/useLocale';
import classes from './After.module.css';

interface RatingFormProps {
  rating: VisitRating;
  busy: boolean;
  error: unknown;
  done: boolean;
  onGive: (given: RatingGiven) => void;
}

/** One to five stars, and words. */
export function RatingForm({ rating, busy, error, done, onGive }: RatingFormProps) {
  const { t } = useTranslation('after');
  const errorText = useErrorText();
  const { locale, zone } = useLocale();
  const label = useId();
  const [score, setScore] = useState(rating.score ?? 0);
  const [comment, setComment] = useState(rating.comment);
  if (!rating.open) {
    return rating.score === null ? (
      <Text c="dimmed">
        {rating.after
          ? t('rating.later', { when: formatDateTime(rating.after, zone, locale) })
          : t('rating.closed')}
      </Text>
    ) : (
      <Stack gap="xs">
        <Text>{t('rating.given', { count: rating.score })}</Text>
        <Text className={classes.text}>{rating.comment}</Text>
        <Hidden rating={rating} />
      </Stack>
    );
  }
  return (
    <Stack>
      <Hidden rating={rating} />
      <div>
        <Text id={label} fw={500}>
          {t('rating.stars')}
        </Text>
        <Rating
          size="xl"
          role="radiogroup"
          aria-labelledby={label}
          value={score}
          onChange={setScore}
          getSymbolLabel={(value) => t('rating.star', { count: value })}
        />
      </div>
      <Textarea
        label={t('rating.comment')}
        description={t('rating.commentText')}
        autosize
        minRows={3}
        maxLength={2000}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      {error ? (
        <Alert color="red" role="alert">
          {errorText(error)}
        </Alert>
      ) : null}
      <Group justify="space-between">
        <Text role="status" c="dimmed">
          {done ? t('rating.thanks') : ''}
        </Text>
        <Button disabled={score === 0} loading={busy} onClick={() => onGive({ score, comment })}>
          {rating.score === null ? t('rating.give') : t('rating.change')}
        </Button>
      </Group>
    </Stack>
  );
}

/** That the clinic put the rating aside, for who wrote it. */
function Hidden({ rating: { hidden } }: { rating: VisitRating }) {
  const { t } = useTranslation('after');
  const { locale, zone } = useLocale();
  if (!hidden) return null;
  return (
    <Alert color="yellow" title={t('rating.hidden')}>
      <Text>{t('rating.hiddenWhy', { when: formatDateTime(hidden.at, zone, locale), reason: hidden.reason })}</Text>
      <Text size="sm">{t('rating.hiddenText')}</Text>
    </Alert>
  );
}
