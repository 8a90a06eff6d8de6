import { queryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type VisitNotes = Schemas['VisitNotes'];
export type VisitSummary = Schemas['VisitSummary'];
export type VisitRating = Schemas['VisitRating'];
export type LinkedRating = Schemas['LinkedRating'];
export type RatingGiven = Schemas['RatingGiven'];
export type Addendum = Schemas['Addendum'];
export type NotePart = Addendum['part'];
export type ClinicCallQuality = Schemas['ClinicCallQuality'];

/** The provider's notes of a visit, and the summary for the patient. */
export function notesQuery(visitId: string) {
  return queryOptions({
    queryKey: ['after', visitId, 'notes'],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/telehealth/visits/{appointment_id}/notes', { params: at(visitId), signal })),
  });
}

/** Keeps what is written so far; refused when somebody has written since that version. */
export function saveNotes(visitId: string, version: number, body: Schemas['NotesDraft']): Promise<VisitNotes> {
  const params = { ...at(visitId), header: { 'If-Match': `"${version}"` } };
  return ask(client.PUT('/api/telehealth/visits/{appointment_id}/notes', { params, body, keepalive: true }));
}

/** Signs the notes, and gives the patient the summary. */
export function finishNotes(visitId: string, version: number): Promise<VisitNotes> {
  const params = { ...at(visitId), header: { 'If-Match': `"${version}"` } };
  return ask(client.POST('/api/telehealth/visits/{appointment_id}/notes/finish', { params }));
}

/** Adds to finished notes, or to the summary. */
export function addToNotes(visitId: string, part: NotePart, text: string): Promise<VisitNotes> {
  const path = '/api/telehealth/visits/{appointment_id}/notes/addenda';
  return ask(client.POST(path, { params: at(visitId), body: { part, text } }));
}

/** What the provider wrote for the patient. */
export function summaryQuery(visitId: string) {
  return queryOptions({
    queryKey: ['after', visitId, 'summary'],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/telehealth/visits/{appointment_id}/summary', { params: at(visitId), signal })),
  });
}

/** One's own rating of a visit. */
export function ratingQuery(visitId: string) {
  return queryOptions({
    queryKey: ['after', visitId, 'rating'],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/telehealth/visits/{appointment_id}/rating', { params: at(visitId), signal })),
  });
}

/** Rates a visit, or changes the rating. */
export function rate(visitId: string, body: RatingGiven): Promise<VisitRating> {
  return ask(client.PUT('/api/telehealth/visits/{appointment_id}/rating', { params: at(visitId), body }));
}

/** The visit behind a link to rate it. */
export function linkedRatingQuery(token: string) {
  return queryOptions({
    queryKey: ['rating', token],
    queryFn: ({ signal }) => ask(client.GET('/api/telehealth/ratings/{token}', { params: { path: { token } }, signal })),
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** Rates the visit behind a link. */
export function rateByLink(token: string, body: RatingGiven): Promise<LinkedRating> {
  return ask(client.PUT('/api/telehealth/ratings/{token}', { params: { path: { token } }, body }));
}

/** How good a clinic's calls were. */
export function callQualityQuery(clinicId: string, days: number) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'call-quality', days],
    queryFn: ({ signal }) => {
      const params = { path: { clinic_id: clinicId }, query: { days } };
      return ask(client.GET('/api/clinics/{clinic_id}/call-quality', { params, signal }));
    },
  });
}

function at(id: string) {
  return { path: { appointment_id: id } };
}
