import { Alert, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { missingConsents } from '@/api/consents';
import { hasCode } from '@/api/errors';
import { useUser } from '@/api/session';
import type { Provider, Slot, VisitType } from '@/api/types';
import { AskConsent } from '@/ui/consent/AskConsent';
import { useActingFor } from '@/ui/delegates/useActingFor';
import { useErrorText } from '@/ui/useErrorText';
import { DetailsForm } from './DetailsForm';
import { useDraft } from './draft';
import { HoldBar } from './HoldBar';
import { Review } from './Review';
import { SignInFirst } from './SignInFirst';
import { Summary } from './Summary';
import { Taken } from './Taken';
import { useBooking } from './useBooking';
import { useHold } from './useHold';
import type { ChosenSlot } from './search';
import classes from './Booking.module.css';

const route = getRouteApi('/book');
const LOST = ['slot_taken', 'slot_not_offered', 'hold_gone'];

export interface BookingProps {
  slot: ChosenSlot;
  provider: Provider;
  visitType: VisitType;
}

/** The steps of a booking beside a summary of it, with the hold ticking above them. */
export function BookingSteps(props: BookingProps) {
  const { slot } = props;
  const { t } = useTranslation(['booking', 'consent']);
  const errorText = useErrorText();
  const user = useUser();
  const { step } = route.useSearch();
  const navigate = route.useNavigate();
  const actingFor = useActingFor('book');
  const { patientId } = useDraft();
  const canBook = Boolean(user?.patient_id) || actingFor.length > 0;
  const hold = useHold(slot, canBook);
  const booking = useBooking(props, hold);

  const failure = booking.error ?? (hold.status === 'failed' ? hold.error : null);
  const lost = hasCode(failure, ...LOST);
  const asked = missingConsents(booking.error);
  const take = (other: Slot) => {
    booking.reset();
    const { start, mode, location_id } = other;
    void navigate({
      search: { ...slot, start, mode, location: location_id ?? undefined, step },
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <div className={classes.layout}>
      <Stack gap="lg">
        {!user && <Alert variant="light">{t('booking:hold.signedOut')}</Alert>}
        {user && !canBook && (
          <Alert color="yellow" role="alert">
            {t('booking:notPatient')}
          </Alert>
        )}
        {lost && <Taken error={failure} onTake={take} {...props} />}
        {failure && !lost && !asked ? (
          <Alert color="red" role="alert" title={booking.error ? undefined : t('booking:failed')}>
            {errorText(failure)}
          </Alert>
        ) : null}
        {canBook && !lost && <HoldBar state={hold} />}
        {step !== 'review' && (
          <DetailsForm
            provider={props.provider}
            onDone={() => void navigate({ search: { ...slot, step: 'review' } })}
          />
        )}
        {step === 'review' && asked && (
          <AskConsent {...asked} actingFor={patientId} action={t('consent:ask.agreeAndBook')} onAgreed={() => booking.mutate()} />
        )}
        {step === 'review' &&
          !asked &&
          (user ? <Review {...props} booking={booking} blocked={lost || !canBook} /> : <SignInFirst />)}
      </Stack>
      <Summary {...props} />
    </div>
  );
}
