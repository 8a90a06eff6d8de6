import { Stack, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Accommodations } from '@/api/types';
import { NeedsFields } from '@/ui/visit/NeedsFields';
import { Step } from './Step';

const LONGEST_REASON = 2000;

interface DetailsStepProps {
  reason: string;
  needs: Accommodations;
  onReason: (reason: string) => void;
  onNeeds: (needs: Accommodations) => void;
}

/** What the visit is for, and what the patient needs. */
export function DetailsStep({ reason, needs, onReason, onNeeds }: DetailsStepProps) {
  const { t } = useTranslation(['frontdesk', 'ui']);
  return (
    <Step number={4} title={t('frontdesk:step.details')}>
      <Stack>
        <Textarea
          label={`${t('frontdesk:reason')} (${t('ui:optional')})`}
          autosize
          minRows={2}
          maxLength={LONGEST_REASON}
          value={reason}
          onChange={(event) => onReason(event.currentTarget.value)}
        />
        <NeedsFields value={needs} onChange={onNeeds} />
      </Stack>
    </Step>
  );
}
