import { queryOptions } from '@tanstack/react-query';
import { ask, callBytes, client } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type ClinicReading = Schemas['ClinicReading'];
export type ClinicConversation = Schemas['ClinicConversation'];

/** Calls about one conversation, of an admin who opens it with the clinic's own key. */
export class ClinicChatCalls {
  constructor(private readonly roomId: string) {}

  open(reason: string): Promise<ClinicConversation> {
    return ask(
      client.POST('/api/telehealth/rooms/{room_id}/clinic-reading', { params: this.params(), body: { reason } }),
    );
  }

  messages(after: number): Promise<Schemas['Messages']> {
    const params = { ...this.params(), query: { after } };
    return ask(client.GET('/api/telehealth/rooms/{room_id}/clinic-reading/messages', { params }));
  }

  getPart(file: string, number: number): Promise<Uint8Array<ArrayBuffer>> {
    return callBytes('GET', `telehealth/rooms/${this.roomId}/clinic-reading/files/${file}/parts/${number}`, {});
  }

  private params() {
    return { path: { room_id: this.roomId } };
  }
}

/** Whether the clinic's own key opens anything of a conversation, and who opened it before. */
export function clinicStandingQuery(roomId: string) {
  return queryOptions({
    queryKey: ['clinic-chat', roomId],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/telehealth/rooms/{room_id}/clinic-reading', { params: { path: { room_id: roomId } }, signal })),
  });
}
