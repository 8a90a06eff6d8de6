import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { KeyHolder } from '@/api/chats';
import { receiversQuery } from '@/api/recordingReceivers';
import { recordingKey } from '@/api/recordings';
import { currentUser } from '@/api/token';
import { changedAmong, pinsOf, watchPins } from '@/ui/chat/pins';
import { useIdentity } from '@/ui/keys/useIdentity';

/**
 * Who will be able to play what is recorded. `changed` are those whose keys are others than this browser knew; `ready`
 * when there are none, and nobody's are missing.
 */
export function useReceivers(roomId: string) {
  const you = currentUser()?.id ?? '';
  const pins = useMemo(() => pinsOf(you), [you]);
  const identity = useIdentity();
  const own = identity.phase === 'ready' ? identity.identity : null;
  const { data } = useQuery(receiversQuery(roomId));
  const all = data?.all ?? NOBODY;
  const looked = useQuery({
    queryKey: [...recordingKey(roomId), 'pinned', own?.publicKey, ...all.map((one) => one.public_key)],
    queryFn: async () => {
      // What this browser holds the private half of needs nobody's word.
      if (own) await pins.trust(`person:${you}`, own.publicKey);
      return changedAmong(pins, all);
    },
    enabled: data !== undefined && identity.phase !== 'loading',
    staleTime: Infinity,
  });
  const { refetch } = looked;
  useEffect(() => watchPins(() => void refetch()), [refetch]);
  const changed = looked.data ?? NOBODY;
  return {
    all,
    missing: data?.missing ?? [],
    changed,
    own,
    pins,
    ready: data?.missing.length === 0 && looked.isSuccess && changed.length === 0,
    trust: (one: KeyHolder) => void pins.trust(one.participant, one.public_key),
  };
}

const NOBODY: KeyHolder[] = [];
