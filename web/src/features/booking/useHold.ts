import { useEffect, useSyncExternalStore } from 'react';
import { holdKeeper, type HoldState } from './holdKeeper';
import type { ChosenSlot } from './search';

/** Holds the slot while the component is shown and `wanted`. */
export function useHold(slot: ChosenSlot, wanted: boolean): HoldState {
  const { provider, type, mode, start } = slot;
  useEffect(() => {
    if (!wanted) return undefined;
    holdKeeper.keep({ provider_id: provider, visit_type_id: type, mode, start });
    return () => holdKeeper.letGo();
  }, [provider, type, mode, start, wanted]);
  return useSyncExternalStore(holdKeeper.subscribe, holdKeeper.read);
}
