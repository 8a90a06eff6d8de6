import { IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '@/api/types';
import { ButtonLink } from '@/ui/ButtonLink';

const JOINED = ['scheduled', 'confirmed', 'rescheduled', 'checked-in', 'in-progress'];

/** The way into the room of a visit by video, while there is one. */
export function JoinButton({ visit, size = 'sm' }: { visit: Appointment; size?: 'xs' | 'sm' }) {
  const { t } = useTranslation('visit');
  if (visit.mode !== 'telehealth' || !JOINED.includes(visit.status)) return null;
  return (
    <ButtonLink
      to="/visit/$roomId"
      params={{ roomId: visit.id }}
      size={size}
      leftSection={<IconVideo size={18} aria-hidden="true" />}
    >
      {t('join')}
    </ButtonLink>
  );
}
