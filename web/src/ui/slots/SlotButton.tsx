import { Loader, Popover, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { explainQuery } from '@/api/slots';
import { formatTime, sameInstant } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';
import type { ShownSlot } from './grouping';
import { useReasonText } from './useReasonText';
import { useSlotName } from './useSlotName';
import classes from './Slots.module.css';

/** What every time in a picker shares. */
export interface SlotContext {
  providerId: string;
  visitTypeId: string;
  placeZone: string;
  picked?: string | undefined;
  onPick: (slot: ShownSlot) => void;
}

/** One time: a button to take it or, when it went while the person was looking, to ask why. */
export function SlotButton({ slot, context }: { slot: ShownSlot; context: SlotContext }) {
  const { locale, zone } = useLocale();
  const slotName = useSlotName();
  if (slot.gone) return <GoneSlot slot={slot} context={context} />;
  const picked = context.picked !== undefined && sameInstant(context.picked, slot.start);
  return (
    <UnstyledButton
      className={classes.slot}
      data-slot
      data-picked={picked || undefined}
      aria-pressed={context.picked === undefined ? undefined : picked}
      aria-label={slotName(slot, context.placeZone)}
      onClick={() => context.onPick(slot)}
    >
      {formatTime(slot.start, zone, locale)}
    </UnstyledButton>
  );
}

function GoneSlot({ slot, context }: { slot: ShownSlot; context: SlotContext }) {
  const { t } = useTranslation('ui');
  const { locale, zone } = useLocale();
  const slotName = useSlotName();
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} width={240} position="bottom" withArrow shadow="md">
      <Popover.Target>
        <UnstyledButton
          className={classes.slot}
          data-slot
          data-gone
          aria-label={t('slots.gone', { slot: slotName(slot, context.placeZone) })}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          {formatTime(slot.start, zone, locale)}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown role="status">{opened && <Why slot={slot} context={context} />}</Popover.Dropdown>
    </Popover>
  );
}

function Why({ slot, context }: { slot: ShownSlot; context: SlotContext }) {
  const { t } = useTranslation('ui');
  const reasonText = useReasonText();
  const why = useQuery(explainQuery(context.providerId, context.visitTypeId, slot.mode, slot.start));
  if (why.isPending) return <Loader size="sm" aria-label={t('loading')} />;
  const reasons = why.data?.reasons.length ? why.data.reasons : ['unknown'];
  return reasons.map((reason) => (
    <Text key={reason} size="sm">
      {reasonText(reason)}
    </Text>
  ));
}
