import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { focusHeading, focusIsLost } from '@/ui/focusHeading';

/**
 * After a change of page the focus goes to the new heading. A change of the search alone (a filter, a week) leaves it
 * where the person is working, unless what they pressed is gone.
 */
export function PageFocus() {
  const place = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation });
  const before = useRef(place);
  useEffect(() => {
    const from = before.current;
    before.current = place;
    if (!from || !place || from.href === place.href) return;
    if (from.pathname !== place.pathname || focusIsLost()) focusHeading();
  }, [place]);
  return null;
}
