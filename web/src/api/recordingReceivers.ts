import { queryOptions } from '@tanstack/react-query';
import { ChatCalls, type KeyHolder, keyHolders } from '@/api/chats';

/** Who can open a room's recordings. `missing`: a role that has made no keys yet, and without which nothing is recorded. */
export interface Receivers {
  all: KeyHolder[];
  missing: ('patient' | 'provider')[];
}

/** The patient and the provider, and the clinic where it keeps a key of its own. */
export function receiversQuery(roomId: string) {
  return queryOptions({
    queryKey: ['visit-recording', roomId, 'receivers'],
    queryFn: async ({ signal }): Promise<Receivers> => {
      const { members, escrow_key } = await new ChatCalls(roomId).state(signal);
      const keyed = members.filter(({ role }) => role === 'patient' || role === 'provider');
      return {
        all: keyHolders({ members: keyed, escrow_key }),
        missing: (['patient', 'provider'] as const).filter(
          (role) => !keyed.some((one) => one.role === role && one.public_key),
        ),
      };
    },
  });
}
