import type { KeyboardEvent } from 'react';

/**
 * Arrow keys among times: up and down inside a day, left and right to the day beside it. Tab goes through all of them
 * in order, so nobody needs to know this.
 */
export function moveAmongSlots(event: KeyboardEvent<HTMLElement>): void {
  const target = event.target;
  if (!(target instanceof HTMLElement) || !target.matches('[data-slot]')) return;
  const next = neighbour(event.currentTarget, target, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function neighbour(root: HTMLElement, from: HTMLElement, key: string): HTMLElement | undefined {
  const days = [...root.querySelectorAll<HTMLElement>('[data-day]')].map(slotsIn).filter((slots) => slots.length > 0);
  const dayIndex = days.findIndex((slots) => slots.includes(from));
  const slotIndex = days[dayIndex]?.indexOf(from) ?? -1;
  switch (key) {
    case 'ArrowDown':
      return days[dayIndex]?.[slotIndex + 1];
    case 'ArrowUp':
      return slotIndex > 0 ? days[dayIndex]?.[slotIndex - 1] : undefined;
    case 'ArrowRight':
      return nearest(days[dayIndex + 1], slotIndex);
    case 'ArrowLeft':
      return dayIndex > 0 ? nearest(days[dayIndex - 1], slotIndex) : undefined;
    default:
      return undefined;
  }
}

function slotsIn(day: HTMLElement): HTMLElement[] {
  return [...day.querySelectorAll<HTMLElement>('[data-slot]')];
}

function nearest(slots: HTMLElement[] | undefined, index: number): HTMLElement | undefined {
  return slots?.[Math.min(index, slots.length - 1)];
}
