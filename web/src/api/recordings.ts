import { queryOptions } from '@tanstack/react-query';
import { ask, askFile, client, done } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type RoomRecording = Schemas['RoomRecording'];
export type RecordingConsent = Schemas['RecordingConsent'];
export type Recording = Schemas['Recording'];
export type OpenedRecording = Schemas['OpenedRecording'];
export type RecordingPlace = Schemas['RecordingPlace'];
export type RecordingRules = Schemas['RecordingRules'];
export type SealedKey = Schemas['SealedKey'];
export type Said = 'yes' | 'no';

const room = (roomId: string) => ({ path: { room_id: roomId } });
/** As whom one speaks in a room: guests by the token of their link. */
const inRoom = (roomId: string, token: string | null) => ({
  ...room(roomId),
  header: token ? { 'Room-Token': token } : {},
});
const one = (recordingId: string) => ({ path: { recording_id: recordingId } });

/** Under what everything about a room's recordings is kept. */
export function recordingKey(roomId: string) {
  return ['visit-recording', roomId];
}

/** How a room stands with recording. */
export function roomRecordingQuery(roomId: string, token: string | null) {
  return queryOptions({
    queryKey: [...recordingKey(roomId), 'state'],
    queryFn: ({ signal }) => ask(client.GET('/api/telehealth/rooms/{room_id}/recording', { params: inRoom(roomId, token), signal })),
  });
}

/** Agrees to be recorded, or does not. */
export function sayToRecording(roomId: string, token: string | null, answer: Said): Promise<RoomRecording> {
  return ask(
    client.PUT('/api/telehealth/rooms/{room_id}/recording/consent', { params: inRoom(roomId, token), body: { answer } }),
  );
}

/** Starts to record, or goes on. */
export function startRecording(roomId: string, body: Schemas['NewRecording']): Promise<RecordingPlace> {
  return ask(client.POST('/api/telehealth/rooms/{room_id}/recordings', { params: room(roomId), body }));
}

/** Stops recording after so many pieces: those that have not arrived yet are still taken. */
export function stopRecording(recordingId: string, pieces: number): Promise<RecordingPlace> {
  const params = { ...one(recordingId), query: { pieces } };
  return ask(client.POST('/api/telehealth/recordings/{recording_id}/stop', { params }));
}

/** How much of a recording has arrived. */
export function recordingPlace(recordingId: string): Promise<RecordingPlace> {
  return ask(client.GET('/api/telehealth/recordings/{recording_id}/place', { params: one(recordingId) }));
}

/** Sends the next piece. */
export function sendPiece(
  recordingId: string,
  offset: number,
  content: Uint8Array<ArrayBuffer>,
  last: boolean,
): Promise<RecordingPlace> {
  return ask(
    client.PUT('/api/telehealth/recordings/{recording_id}/content', {
      params: { ...one(recordingId), query: { offset, last } },
      body: content as never, // The description knows bytes as text.
      bodySerializer: (bytes: unknown) => bytes as BodyInit,
      headers: { 'Content-Type': 'application/octet-stream' },
    }),
  );
}

/** The recordings of a visit that are kept. */
export function recordingsQuery(roomId: string) {
  return queryOptions({
    queryKey: [...recordingKey(roomId), 'kept'],
    queryFn: async ({ signal }) =>
      (await ask(client.GET('/api/telehealth/rooms/{room_id}/recordings', { params: room(roomId), signal }))).items,
  });
}

/** Opens a recording to play it; the clinic keeps that in its audit. */
export function openRecording(recordingId: string): Promise<OpenedRecording> {
  return ask(client.POST('/api/telehealth/recordings/{recording_id}/open', { params: one(recordingId) }));
}

/** Some pieces from there on, as they are kept. */
export async function recordingContent(recordingId: string, offset: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await askFile(`/api/telehealth/recordings/${recordingId}/content?offset=${offset}`);
  return new Uint8Array(await file.arrayBuffer());
}

/** Asks the clinic to delete a recording. */
export function askDeletion(recordingId: string): Promise<Recording> {
  return ask(client.POST('/api/telehealth/recordings/{recording_id}/deletion-request', { params: one(recordingId) }));
}

/** Deletes a recording for good. */
export function deleteRecording(recordingId: string): Promise<void> {
  return done(client.DELETE('/api/telehealth/recordings/{recording_id}', { params: one(recordingId) }));
}

/** Whether the clinic lets visits be recorded. */
export function recordingRulesQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'recording-rules'],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/clinics/{clinic_id}/recording-rules', { params: { path: { clinic_id: clinicId } }, signal })),
  });
}

/** Lets visits be recorded, or not. */
export function setRecordingRules(clinicId: string, body: RecordingRules): Promise<RecordingRules> {
  return ask(client.PUT('/api/clinics/{clinic_id}/recording-rules', { params: { path: { clinic_id: clinicId } }, body }));
}
