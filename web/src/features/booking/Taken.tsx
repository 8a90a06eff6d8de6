import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '@/api/errors';
import type { Slot } from '@/api/types';
import { TextLink } from '@/ui/ButtonLink';
import { SlotChoices } from '@/ui/slots/SlotChoices';
import type { BookingProps } from './BookingSteps';

interface TakenProps extends BookingProps {
  error: ApiError;
  onTake: (slot: Slot) => void;
}

/** The time went to someone else: says so, and offers the nearest free ones. */
export function Taken({ error, onTake, slot, provider }: TakenProps) {
  const { t } = useTranslation('booking');
  const others = error.problem.alternatives ?? [];
  const title = error.code === 'slot_not_offered' ? t('taken.notOffered') : t('taken.title');
  return (
    <Alert color="yellow" role="alert" title={title}>
      <Text size="sm">{others.length > 0 ? t('taken.text') : t('taken.none')}</Text>
      <SlotChoices slots={others} placeZone={provider.time_zone} onPick={onTake} />
      <TextLink
        to="/providers/$providerId"
        params={{ providerId: provider.id }}
        search={{ type: slot.type, mode: slot.mode }}
        size="sm"
        display="inline-block"
        mt="sm"
      >
        {t('otherTime')}
      </TextLink>
    </Alert>
  );
}
