import { ask, client } from '@/api/http';

/** Signs somebody of the clinic out everywhere; answers how many sessions there were. */
export async function endSessionsOf(clinicId: string, personId: string): Promise<number> {
  const params = { path: { person_id: personId } };
  const answer = await ask(client.POST('/api/people/{person_id}/end-sessions', { params, body: { clinic_id: clinicId } }));
  return answer.ended;
}

/** Switches the account of somebody of the clinic off, or on again. */
export function switchAccount(clinicId: string, personId: string, active: boolean): Promise<unknown> {
  const params = { path: { person_id: personId } };
  return ask(client.PUT('/api/people/{person_id}/account', { params, body: { clinic_id: clinicId, active } }));
}
