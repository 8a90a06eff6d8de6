import { useState } from 'react';
import type { Slot } from '@/api/types';

interface Memory {
  question: string;
  free: Slot[];
  gone: Slot[];
}

/**
 * The times that were free when the person began to look and are not any more. They stay on the screen, marked, so that
 * nothing jumps away under a finger and the reason can be asked. Another question (provider, week, mode) starts anew.
 */
export function useGone(question: string, free: Slot[] | undefined): Slot[] {
  const [memory, setMemory] = useState<Memory>({ question, free: free ?? [], gone: [] });
  if (free && (memory.question !== question || memory.free !== free)) {
    const next = memory.question === question ? after(memory, question, free) : { question, free, gone: [] };
    setMemory(next);
    return next.gone;
  }
  return memory.question === question ? memory.gone : [];
}

function after(memory: Memory, question: string, free: Slot[]): Memory {
  const now = new Set(free.map((slot) => Date.parse(slot.start)));
  const gone = [...memory.gone, ...memory.free].filter((slot) => !now.has(Date.parse(slot.start)));
  return { question, free, gone };
}
