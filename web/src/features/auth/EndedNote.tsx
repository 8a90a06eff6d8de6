import { Alert } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { ApiError } from '@/api/errors';
import { endedBecause, onSession } from '@/api/token';
import { useErrorText } from '@/ui/useErrorText';

/** Why the person was signed out, when it was not they who did it. */
export function EndedNote() {
  const errorText = useErrorText();
  const because = useSyncExternalStore(onSession, endedBecause);
  if (because === null) return null;
  const ended = new ApiError({ title: '', status: 401, code: 'session_ended', because });
  return (
    <Alert color="yellow" role="status">
      {errorText(ended)}
    </Alert>
  );
}
