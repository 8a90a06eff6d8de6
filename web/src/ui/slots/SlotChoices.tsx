import { Button } from '@mantine/core';
import type { Slot } from '@/api/types';
import { formatDay, formatTime } from '@/lib/time';
import { ModeIcon } from '@/ui/Facts';
import { useLocale } from '@/ui/useLocale';
import { useSlotName } from './useSlotName';
import classes from './Slots.module.css';

interface SlotChoicesProps {
  slots: Slot[];
  placeZone: string;
  onPick: (slot: Slot) => void;
}

/** A handful of times with their days, such as the nearest free ones after a lost race. */
export function SlotChoices({ slots, placeZone, onPick }: SlotChoicesProps) {
  const { locale, zone } = useLocale();
  const slotName = useSlotName();
  if (slots.length === 0) return null;
  return (
    <ul className={classes.choices}>
      {slots.map((slot) => (
        <li key={`${slot.start}${slot.mode}`}>
          <Button
            variant="default"
            fullWidth
            leftSection={<ModeIcon mode={slot.mode} />}
            aria-label={slotName(slot, placeZone)}
            onClick={() => onPick(slot)}
          >
            {formatDay(slot.start, zone, locale)}, {formatTime(slot.start, zone, locale)}
          </Button>
        </li>
      ))}
    </ul>
  );
}
