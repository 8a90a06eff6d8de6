import { queryOptions } from '@tanstack/react-query';
import { ask, callBytes, client, done } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Chat = Schemas['Chat'];
export type ChatMember = Schemas['Member'];
export type ChatEpoch = Schemas['Epoch'];
export type ChatMessage = Schemas['Message'];
export type NewChatMessage = Schemas['NewMessage'];
export type ChatRules = Schemas['ChatRules'];
export type ChatFile = Schemas['File'];
type FileKind = Schemas['NewFile']['kind'];

/** Somebody whose key things are encrypted to. */
export interface KeyHolder {
  participant: string;
  /** Null for the clinic's own key. */
  name: string | null;
  key_id: string;
  public_key: string;
}

export const CHAT_KEY = ['chat'];
export const UNREAD_KEY = ['chat', 'unread'];

/** Everybody in a conversation who has a key, and the clinic where it reads along. */
export function keyHolders({ members, escrow_key }: Pick<Chat, 'members' | 'escrow_key'>): KeyHolder[] {
  const people = members.flatMap(({ participant, name, key_id, public_key }) =>
    key_id && public_key ? [{ participant, name, key_id, public_key }] : [],
  );
  return escrow_key ? [...people, { ...escrow_key, name: null }] : people;
}

/** Calls about one conversation, of whoever is signed in or of a guest by the token of their invitation. */
export class ChatCalls {
  constructor(
    readonly roomId: string,
    private readonly token: string | null = null,
  ) {}

  state(signal?: AbortSignal): Promise<Chat> {
    return ask(client.GET('/api/telehealth/rooms/{room_id}/chat', { params: this.params(), ...(signal && { signal }) }));
  }

  messages(after: number): Promise<Schemas['Messages']> {
    const params = { ...this.params(), query: { after } };
    return ask(client.GET('/api/telehealth/rooms/{room_id}/messages', { params }));
  }

  send(body: NewChatMessage): Promise<ChatMessage> {
    return ask(client.POST('/api/telehealth/rooms/{room_id}/messages', { params: this.params(), body }));
  }

  startEpoch(body: Schemas['NewEpoch']): Promise<Chat> {
    return ask(client.POST('/api/telehealth/rooms/{room_id}/epochs', { params: this.params(), body }));
  }

  handOn(body: Schemas['HandedOn']): Promise<Chat> {
    return ask(client.POST('/api/telehealth/rooms/{room_id}/keys', { params: this.params(), body }));
  }

  mark(body: Schemas['Mark']): Promise<void> {
    return done(client.PUT('/api/telehealth/rooms/{room_id}/marks', { params: this.params(), body }));
  }

  beginFile(kind: string, size: number): Promise<ChatFile> {
    const body = { kind: kind as FileKind, size };
    return ask(client.POST('/api/telehealth/rooms/{room_id}/files', { params: this.params(), body }));
  }

  file(id: string): Promise<ChatFile> {
    const { header, path } = this.params();
    const params = { header, path: { ...path, file_id: id } };
    return ask(client.GET('/api/telehealth/rooms/{room_id}/files/{file_id}', { params }));
  }

  async putPart(file: string, number: number, part: Uint8Array<ArrayBuffer>): Promise<void> {
    await callBytes('PUT', this.part(file, number), this.headers(), part);
  }

  getPart(file: string, number: number): Promise<Uint8Array<ArrayBuffer>> {
    return callBytes('GET', this.part(file, number), this.headers());
  }

  private part(file: string, number: number): string {
    return `telehealth/rooms/${this.roomId}/files/${file}/parts/${number}`;
  }

  private headers(): Record<string, string> {
    return this.token ? { 'Room-Token': this.token } : {};
  }

  private params() {
    return { path: { room_id: this.roomId }, header: this.headers() };
  }
}

/** The conversation of a visit: who takes part, and under which keys. */
export function chatQuery(calls: ChatCalls) {
  return queryOptions({
    queryKey: [...CHAT_KEY, calls.roomId],
    queryFn: ({ signal }) => calls.state(signal),
    // While it is not shown nobody hears of changes.
    staleTime: 0,
    // Messages, people and keys that are new are told over the sockets; this is for when a word of them was lost.
    refetchInterval: 60_000,
  });
}

/** How many messages the person has not read, by conversation. */
export function unreadQuery() {
  return queryOptions({
    queryKey: UNREAD_KEY,
    queryFn: ({ signal }) => ask(client.GET('/api/telehealth/unread', { signal })),
    staleTime: 10_000,
  });
}

/** A clinic's rules for conversations. */
export function chatRulesQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'chat-rules'],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/clinics/{clinic_id}/chat-rules', { params: { path: { clinic_id: clinicId } }, signal })),
  });
}

/** Sets a clinic's rules for conversations. */
export function setChatRules(clinicId: string, body: ChatRules): Promise<ChatRules> {
  return ask(client.PUT('/api/clinics/{clinic_id}/chat-rules', { params: { path: { clinic_id: clinicId } }, body }));
}
