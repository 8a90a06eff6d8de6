import { infiniteQueryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import type { components } from '@/api/schema';

export type ClinicRating = components['schemas']['ClinicRating'];

/** What the visits of a clinic were rated, the newest first. */
export function ratingsQuery(clinicId: string) {
  return infiniteQueryOptions({
    queryKey: ['clinic', clinicId, 'ratings'],
    queryFn: ({ signal, pageParam }) => {
      const query = pageParam === null ? {} : { before: pageParam };
      return ask(client.GET('/api/clinics/{clinic_id}/ratings', { params: { path: { clinic_id: clinicId }, query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_before ?? undefined,
  });
}

/** Puts a rating aside for a reason, or shows it again. */
export function judgeRating(visitId: string, hidden: boolean, reason = ''): Promise<ClinicRating> {
  const params = { path: { appointment_id: visitId } };
  return ask(client.PUT('/api/telehealth/visits/{appointment_id}/rating/hidden', { params, body: { hidden, reason } }));
}
