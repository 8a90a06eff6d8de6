import { Alert, Button, Group, Text } from '@mantine/core';
import { IconClockPause, IconHourglassHigh } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '@/lib/useNow';
import { Announcer } from '@/ui/Announcer';
import { holdKeeper, type HoldState } from './holdKeeper';
import classes from './Booking.module.css';

/** Seconds left at which a screen reader is told, beside the start. */
const TOLD_AT = [120, 60, 30, 10];

/** How long the time is still held; offers to hold it again after that. */
export function HoldBar({ state }: { state: HoldState }) {
  const { t } = useTranslation('booking');
  if (state.status === 'held') return <Countdown endsAt={state.hold.endsAt} />;
  if (state.status === 'placing') {
    return (
      <div className={classes.hold} role="status">
        <IconHourglassHigh size={20} stroke={1.7} aria-hidden="true" />
        <Text>{t('hold.placing')}</Text>
      </div>
    );
  }
  if (state.status !== 'ended') return null;
  return (
    <Alert color="yellow" role="alert" icon={<IconClockPause size={20} />} title={t('hold.endedTitle')}>
      <Group justify="space-between">
        <Text size="sm">{t('hold.ended')}</Text>
        <Button size="sm" onClick={() => holdKeeper.again()}>
          {t('hold.again')}
        </Button>
      </Group>
    </Alert>
  );
}

function Countdown({ endsAt }: { endsAt: number }) {
  const { t } = useTranslation('booking');
  const now = useNow(500);
  const left = Math.max(0, Math.ceil((endsAt - now) / 1000));
  useEffect(() => {
    if (left === 0) holdKeeper.end();
  }, [left]);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  return (
    <div className={classes.hold} data-low={left <= 60 || undefined}>
      <IconHourglassHigh size={20} stroke={1.7} aria-hidden="true" />
      <Text>{t('hold.held')}</Text>
      <Text fw={700} role="timer" aria-live="off" aria-label={t('hold.left', { clock })}>
        {clock}
      </Text>
      <Announcer text={t('hold.told', { count: toldAt(left) })} />
    </div>
  );
}

/** The last mark passed: the text it makes changes only at the marks, and so only then it is read out. */
function toldAt(left: number): number {
  const passed = TOLD_AT.filter((mark) => left <= mark);
  return passed.at(-1) ?? 300;
}
