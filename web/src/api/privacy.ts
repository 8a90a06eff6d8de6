import { queryOptions } from '@tanstack/react-query';
import { ask, askFile, client } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type OwnDetails = Schemas['OwnDetails'];
export type PrivacyRequest = Schemas['PrivacyRequest'];
export type PrivacyKind = PrivacyRequest['kind'];
export type ErasurePlan = Schemas['ErasurePlan'];
export type ClinicPrivacyRequest = Schemas['ClinicPrivacyRequest'];
export type ClinicPrivacy = Schemas['ClinicPrivacy'];
export type RetainedContent = Schemas['RetainedContent'];
export type OpenReason = Schemas['OpenRetained']['reason'];

/** The person's own details, to put right. */
export function detailsQuery() {
  return queryOptions({
    queryKey: ['privacy', 'details'],
    queryFn: ({ signal }) => ask(client.GET('/api/me/details', { signal })),
  });
}

/** Puts one's own details right. */
export function changeDetails(body: Schemas['OwnDetailsChanges']): Promise<OwnDetails> {
  return ask(client.PATCH('/api/me/details', { body }));
}

/** What the person asked for, newest first. */
export function ownRequestsQuery() {
  return queryOptions({
    queryKey: ['privacy', 'requests'],
    queryFn: async ({ signal }) => (await ask(client.GET('/api/me/privacy/requests', { signal }))).items,
  });
}

/** Asks for an export, an erasure, a correction...; restricting and objecting count at once. */
export function askPrivacy(body: Schemas['NewPrivacyRequest']): Promise<PrivacyRequest> {
  return ask(client.POST('/api/me/privacy/requests', { body }));
}

/** Takes a request back that has not begun. */
export function undoRequest(id: string): Promise<PrivacyRequest> {
  return ask(client.POST('/api/me/privacy/requests/{request_id}/undo', { params: { path: { request_id: id } } }));
}

/** The ZIP of an export. */
export function exportFile(id: string): Promise<Blob> {
  return askFile(`/api/me/privacy/requests/${id}/file`);
}

/** What erasing one's account would do. */
export function erasurePlanQuery() {
  return queryOptions({
    queryKey: ['privacy', 'erasure'],
    queryFn: ({ signal }) => ask(client.GET('/api/me/privacy/erasure', { signal })),
    staleTime: 0,
  });
}

/** What a clinic's people asked for. */
export function clinicRequestsQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'privacy-requests'],
    queryFn: async ({ signal }) =>
      (await ask(client.GET('/api/clinics/{clinic_id}/privacy-requests', { params: at(clinicId), signal }))).items,
  });
}

/** Answers a correction. */
export function answerRequest(clinicId: string, id: string, body: Schemas['PrivacyAnswer']): Promise<ClinicPrivacyRequest> {
  const params = { path: { clinic_id: clinicId, request_id: id } };
  return ask(client.POST('/api/clinics/{clinic_id}/privacy-requests/{request_id}/answer', { params, body }));
}

/** How long a clinic keeps what, and its smallest group. */
export function clinicPrivacyQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'privacy'],
    queryFn: ({ signal }) => ask(client.GET('/api/clinics/{clinic_id}/privacy', { params: at(clinicId), signal })),
  });
}

/** Sets how long a clinic keeps what, and its smallest group. */
export function changeClinicPrivacy(clinicId: string, body: ClinicPrivacy): Promise<ClinicPrivacy> {
  return ask(client.PUT('/api/clinics/{clinic_id}/privacy', { params: at(clinicId), body }));
}

/** What the next retention run removes. */
export function retentionQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'retention'],
    queryFn: async ({ signal }) =>
      (await ask(client.GET('/api/clinics/{clinic_id}/retention', { params: at(clinicId), signal }))).items,
  });
}

/** Records that the law keeps after their people were erased. */
export function retainedQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'retained'],
    queryFn: async ({ signal }) =>
      (await ask(client.GET('/api/clinics/{clinic_id}/retained-records', { params: at(clinicId), signal }))).items,
  });
}

/** Reads a retained record; the reason stands in the audit trail. */
export function openRetained(clinicId: string, id: string, reason: OpenReason): Promise<RetainedContent> {
  const params = { path: { clinic_id: clinicId, record_id: id } };
  return ask(client.POST('/api/clinics/{clinic_id}/retained-records/{record_id}/open', { params, body: { reason } }));
}

/** De-identified facts about visits, as a ZIP of CSV files. */
export function analyticsFile(clinicId: string, fromYear: number, toYear: number): Promise<Blob> {
  return askFile(`/api/clinics/${clinicId}/analytics-export`, { from_year: fromYear, to_year: toYear });
}

function at(clinicId: string) {
  return { path: { clinic_id: clinicId } };
}
