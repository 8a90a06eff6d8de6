import { queryOptions } from '@tanstack/react-query';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';

export type FactorReset = components['schemas']['FactorReset'];

/** Resets of lost second factors at a clinic: those that wait, and those of the last 30 days. */
export function factorResetsQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'factor-resets'],
    queryFn: async ({ signal }) => {
      const params = { path: { clinic_id: clinicId } };
      return (await ask(client.GET('/api/clinics/{clinic_id}/factor-resets', { params, signal }))).items;
    },
  });
}

/** Asks for the reset of somebody's lost second factor. */
export function askFactorReset(clinicId: string, personId: string): Promise<FactorReset> {
  const params = { path: { person_id: personId } };
  return ask(client.POST('/api/people/{person_id}/factor-reset', { params, body: { clinic_id: clinicId } }));
}

/** Takes it back. */
export function cancelFactorReset(clinicId: string, personId: string): Promise<void> {
  const params = { path: { person_id: personId }, query: { clinic_id: clinicId } };
  return done(client.DELETE('/api/people/{person_id}/factor-reset', { params }));
}
