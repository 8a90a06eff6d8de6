import { VisuallyHidden } from '@mantine/core';

/** Says its text to a screen reader, politely, each time the text changes. Invisible. */
export function Announcer({ text }: { text: string }) {
  return (
    <VisuallyHidden role="status" aria-live="polite" aria-atomic="true">
      {text}
    </VisuallyHidden>
  );
}
