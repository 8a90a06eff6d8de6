import { queryOptions } from '@tanstack/react-query';
import { type ApiError, hasCode } from '@/api/errors';
import { ask, client } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type ConsentKind = Schemas['Kind'];
export type ConsentWording = Schemas['ConsentWording'];
export type ClinicConsents = Schemas['ClinicConsents'];
export type ConsentState = Schemas['ConsentState'];
export type ConsentEntry = Schemas['ConsentEntry'];
export type Channel = Schemas['ConsentsGiven']['channel'];

const STALE_MS = 60_000;

/** What the caller has agreed to, clinic by clinic. */
export function consentsQuery() {
  return queryOptions({
    queryKey: ['consents'],
    queryFn: async ({ signal }) => (await ask(client.GET('/api/consents', { signal }))).items,
  });
}

/** The wordings in force at a clinic, one a kind. */
export function clinicTextsQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'consent-texts'],
    queryFn: async ({ signal }) => {
      const params = { path: { clinic_id: clinicId } };
      return (await ask(client.GET('/api/clinics/{clinic_id}/consent-texts', { params, signal }))).items;
    },
    staleTime: STALE_MS,
  });
}

/** Any wording, also one that is not in force any more. */
export function textQuery(id: string) {
  return queryOptions({
    queryKey: ['consent-text', id],
    queryFn: ({ signal }) => ask(client.GET('/api/consent-texts/{text_id}', { params: { path: { text_id: id } }, signal })),
    staleTime: Infinity,
  });
}

/** Agrees to wordings, or writes down that a patient did. */
export function giveConsent(body: Schemas['ConsentsGiven']): Promise<Schemas['Consents']> {
  return ask(client.POST('/api/consents', { body }));
}

/** Takes an agreement back; counts from now on. */
export function withdrawConsent(body: Schemas['ConsentWithdrawn']): Promise<Schemas['Consents']> {
  return ask(client.POST('/api/consents/withdraw', { body }));
}

/** Publishes a clinic's next version of a wording. */
export function publishText(clinicId: string, body: Schemas['NewConsentWording']): Promise<ConsentWording> {
  return ask(client.POST('/api/clinics/{clinic_id}/consent-texts', { params: { path: { clinic_id: clinicId } }, body }));
}

/** The consents that were missing when something was refused for them, and at which clinic; null for other errors. */
export function missingConsents(error: unknown): { clinicId: string; kinds: ConsentKind[] } | null {
  if (!hasCode(error, 'consent_needed')) return null;
  const { problem } = error satisfies ApiError;
  return { clinicId: String(problem['clinic_id']), kinds: problem['kinds'] as ConsentKind[] };
}
