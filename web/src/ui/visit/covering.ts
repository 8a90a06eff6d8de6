import { createContext, use, useEffect } from 'react';

/** Told by dialogs that open over a drawer, so that Escape closes the dialog alone. */
export const CoveringContext = createContext<(covered: boolean) => void>(() => undefined);

/** Says whether the component has a dialog open over whatever it stands in. */
export function useCovering(open: boolean): void {
  const tell = use(CoveringContext);
  useEffect(() => {
    tell(open);
    return () => tell(false);
  }, [open, tell]);
}
