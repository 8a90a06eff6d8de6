import { queryOptions } from '@tanstack/react-query';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type VisitCheck = Schemas['VisitCheck'];
export type CheckStep = keyof Schemas['CheckSteps'];
export type CheckOutcome = NonNullable<Schemas['CheckSteps']['camera']>;

/** Tells how the caller's check before a visit went. */
export function saveCheck(visitId: string, steps: Partial<Record<CheckStep, CheckOutcome>>): Promise<void> {
  const params = { path: { appointment_id: visitId } };
  return done(client.PUT('/api/telehealth/checks/{appointment_id}', { params, body: steps }));
}

/** How the checks before a visit went, for whoever holds it. */
export function visitChecksQuery(visitId: string) {
  return queryOptions({
    queryKey: ['visit-checks', visitId],
    queryFn: async ({ signal }) => {
      const params = { path: { appointment_id: visitId } };
      return (await ask(client.GET('/api/telehealth/checks/{appointment_id}', { params, signal }))).items;
    },
  });
}
