import { queryOptions } from '@tanstack/react-query';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type Entry = Schemas['WaitlistEntry'];
export type Offer = Schemas['WaitlistOffer'];
export type NewEntry = Partial<Schemas['NewWaitlistEntry']>;
export type Changes = Schemas['WaitlistChanges'];
export type Urgency = Schemas['Urgency'];
export type Rules = Schemas['WaitlistRules'];

export const WAITLIST_KEY = ['waitlist'];
export const URGENCIES = ['routine', 'soon', 'urgent'] as const satisfies readonly Urgency[];

/** What the person, and those they act for, wait for. */
export function waitlistQuery() {
  return queryOptions({
    queryKey: WAITLIST_KEY,
    queryFn: async ({ signal }) => (await ask(client.GET('/api/waitlist', { signal }))).items,
  });
}

/** Joins the waitlist. */
export function joinWaitlist(body: NewEntry): Promise<Entry> {
  return ask(client.POST('/api/waitlist', { body }));
}

/** Wishes otherwise; the wait so far stays. */
export function changeEntry(id: string, body: Changes): Promise<Entry> {
  return ask(client.PATCH('/api/waitlist/{entry_id}', { params: { path: { entry_id: id } }, body }));
}

/** Waits no longer. */
export function leaveWaitlist(id: string): Promise<void> {
  return done(client.DELETE('/api/waitlist/{entry_id}', { params: { path: { entry_id: id } } }));
}

/** Takes the time that was offered. */
export function acceptOffer(id: string): Promise<Schemas['OfferAccepted']> {
  const params = { path: { offer_id: id } };
  return ask(client.POST('/api/waitlist/offers/{offer_id}/accept', { params, body: { reason: '' } }));
}

/** Does without the time that was offered. */
export function declineOffer(id: string): Promise<void> {
  return done(client.POST('/api/waitlist/offers/{offer_id}/decline', { params: { path: { offer_id: id } } }));
}

/** What the link in a mail offers; looking changes nothing. */
export function linkedOfferQuery(token: string) {
  return queryOptions({
    queryKey: ['waitlist', 'link', token],
    queryFn: ({ signal }) => ask(client.POST('/api/waitlist/link', { body: { token }, signal })),
    enabled: token !== '',
    retry: false,
  });
}

/** Takes the time by the link in a mail. */
export function acceptByLink(token: string): Promise<Schemas['OfferAccepted']> {
  return ask(client.POST('/api/waitlist/link/accept', { body: { token } }));
}

/** Declines by the link in a mail. */
export function declineByLink(token: string): Promise<void> {
  return done(client.POST('/api/waitlist/link/decline', { body: { token } }));
}

/** Everybody who waits at a clinic, in the order in which they would be asked. */
export function clinicWaitlistQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'waitlist'],
    queryFn: async ({ signal }) => {
      const params = { path: { clinic_id: clinicId } };
      return (await ask(client.GET('/api/clinics/{clinic_id}/waitlist', { params, signal }))).items;
    },
  });
}

/** Says how soon somebody should be seen. */
export function setUrgency(id: string, urgency: Urgency): Promise<Entry> {
  const params = { path: { entry_id: id } };
  return ask(client.PUT('/api/waitlist/{entry_id}/urgency', { params, body: { urgency } }));
}

/** How the clinic offers times. */
export function waitlistRulesQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'waitlist-rules'],
    queryFn: ({ signal }) => ask(client.GET('/api/clinics/{clinic_id}/waitlist-rules', { params: of(clinicId), signal })),
  });
}

/** Sets how the clinic offers times. */
export function setWaitlistRules(clinicId: string, body: Rules): Promise<Rules> {
  return ask(client.PUT('/api/clinics/{clinic_id}/waitlist-rules', { params: of(clinicId), body }));
}

function of(clinicId: string) {
  return { path: { clinic_id: clinicId } };
}

export type Away = Schemas['Away'];
export type AwayProposal = Schemas['AwayProposal'];

/** Takes a provider off for a time, and proposes other times to the patients concerned. */
export function takeOff(providerId: string, body: Schemas['AwayBody']): Promise<Away> {
  const params = { path: { provider_id: providerId } };
  return ask(client.POST('/api/providers/{provider_id}/away', { params, body }));
}

/** What is read about a clinic's absences. */
export function awayKey(clinicId: string): string[] {
  return ['clinic', clinicId, 'away'];
}

/** Who is or will be away, and who has answered. */
export function awayQuery(clinicId: string) {
  return queryOptions({
    queryKey: awayKey(clinicId),
    queryFn: async ({ signal }) =>
      (await ask(client.GET('/api/clinics/{clinic_id}/away', { params: of(clinicId), signal }))).items,
  });
}

/** What is proposed to the person instead of visits that cannot be. */
export function proposalsQuery() {
  return queryOptions({
    queryKey: ['waitlist', 'proposals'],
    queryFn: async ({ signal }) => (await ask(client.GET('/api/me/away-proposals', { signal }))).items,
  });
}

/** Takes up one of the choices, or none. */
export async function answerProposal(id: string, choice: string | null): Promise<void> {
  const params = { path: { proposal_id: id } };
  await ask(client.POST('/api/away-proposals/{proposal_id}/answer', { params, body: { choice } }));
}

/** What the link in a mail proposes. */
export function linkedProposalQuery(token: string) {
  return queryOptions({
    queryKey: ['waitlist', 'proposal-link', token],
    queryFn: ({ signal }) => ask(client.POST('/api/away-proposals/link', { body: { token }, signal })),
    enabled: token !== '',
    retry: false,
  });
}

/** Answers by the link in a mail. */
export async function answerProposalByLink(token: string, choice: string | null): Promise<void> {
  await ask(client.POST('/api/away-proposals/link/answer', { body: { token, choice } }));
}

/** Asks the patient again, with what is free now. */
export function remindOfProposal(id: string): Promise<AwayProposal> {
  return ask(client.POST('/api/away-proposals/{proposal_id}/remind', { params: { path: { proposal_id: id } } }));
}

/** Notes whether the patient was rung about it. */
export function markCall(id: string, called: boolean): Promise<AwayProposal> {
  const params = { path: { proposal_id: id } };
  return ask(client.PUT('/api/away-proposals/{proposal_id}/call', { params, body: { called } }));
}
