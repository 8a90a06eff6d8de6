import { queryOptions } from '@tanstack/react-query';
import { ChatCalls } from '@/api/chats';
import type { Receiver } from '@/api/recordings';

/** Who can open a room's recordings. `missing`: a role that has made no keys yet, and without which nothing is recorded. */
export interface Receivers {
  all: Receiver[];
  missing: ('patient' | 'provider')[];
}

/** The patient and the provider, and the clinic where it keeps a key of its own. */
export function receiversQuery(roomId: string) {
  return queryOptions({
    queryKey: ['visit-recording', roomId, 'receivers'],
    queryFn: async ({ signal }): Promise<Receivers> => {
      const { members, escrow_key } = await new ChatCalls(roomId).state(signal);
      const keyed = members.filter(({ role }) => role === 'patient' || role === 'provider');
      const keys = [...keyed, ...(escrow_key ? [{ ...escrow_key, name: null }] : [])];
      return {
        all: keys.flatMap(({ participant, name, key_id, public_key }) =>
          key_id && public_key ? [{ receiver: participant, name, keyId: key_id, publicKey: public_key }] : [],
        ),
        missing: (['patient', 'provider'] as const).filter(
          (role) => !keyed.some((one) => one.role === role && one.public_key),
        ),
      };
    },
  });
}
