import { queryOptions } from '@tanstack/react-query';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Delegation = Schemas['Delegation'];
export type Emergency = Schemas['Emergency'];
export type EmergencyRequest = Schemas['EmergencyRequest'];
export type Scope = Delegation['scopes'][number];

export const DELEGATIONS_KEY = ['delegations'];
export const SCOPES = ['visits', 'book', 'health', 'join'] as const satisfies readonly Scope[];
export const KINDS = ['parent', 'carer', 'interpreter'] as const satisfies readonly Delegation['kind'][];
export const REASONS = ['life-threatening', 'unconscious', 'urgent-treatment', 'transfer'] as const satisfies readonly Emergency['reason'][];

/** Who may act for the person, and for whom the person may act. */
export function delegationsQuery() {
  return queryOptions({
    queryKey: DELEGATIONS_KEY,
    queryFn: ({ signal }) => ask(client.GET('/api/me/delegations', { signal })),
    staleTime: 60_000,
  });
}

/** Invites somebody; the answer says nothing of whether the address is known. */
export function inviteDelegate(body: Schemas['NewDelegation']): Promise<void> {
  return done(client.POST('/api/me/delegations', { body }));
}

/** Accepts an invitation by the code of its link. */
export function acceptInvitation(code: string): Promise<Delegation> {
  return ask(client.POST('/api/me/delegations/accept', { body: { code } }));
}

/** Enters a child that has no address. */
export function addDependent(body: Schemas['Dependent']): Promise<Delegation> {
  return ask(client.POST('/api/me/dependents', { body }));
}

/** Ends a delegation, or takes an invitation back. */
export function endDelegation(id: string): Promise<void> {
  return done(client.DELETE('/api/delegations/{delegation_id}', { params: { path: { delegation_id: id } } }));
}

/** Keeps a visit private from those who act for its patient, or shows it to them again. */
export function setPrivate(id: string, isPrivate: boolean): Promise<unknown> {
  const params = { path: { appointment_id: id } };
  return ask(client.PUT('/api/appointments/{appointment_id}/privacy', { params, body: { private: isPrivate } }));
}

/** Records broken open: the person's own, or those at a clinic, for whoever reviews there. */
export function emergenciesQuery(clinicId?: string) {
  return queryOptions({
    queryKey: clinicId ? ['clinic', clinicId, 'emergencies'] : ['emergencies'],
    queryFn: async ({ signal }) => {
      const query = clinicId ? { clinic_id: clinicId } : {};
      return (await ask(client.GET('/api/emergency-access', { params: { query }, signal }))).items;
    },
  });
}

/** Breaks a record open. */
export function openRecord(body: EmergencyRequest): Promise<Emergency> {
  return ask(client.POST('/api/emergency-access', { body }));
}

/** Closes it again. */
export function closeRecord(id: string): Promise<void> {
  return done(client.POST('/api/emergency-access/{emergency_id}/end', { params: at(id) }));
}

/** Says whether it was justified. */
export function reviewEmergency(id: string, body: Schemas['Review']): Promise<Emergency> {
  return ask(client.POST('/api/emergency-access/{emergency_id}/review', { params: at(id), body }));
}

function at(id: string) {
  return { path: { emergency_id: id } };
}
