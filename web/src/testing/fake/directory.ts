import type { Mode, Provider } from '@/api/types';
import { addDays, datesFrom, type PlainDate } from '@/lib/dates';
import { dateOf } from '@/lib/time';
import { locations, providers, visitTypes } from './cast';
import type { FakeClinic } from './clinic';
import { type FakeRouter, ok, problem } from './router';

/** The directory: providers, facets, visit types, free times. */
export function directoryRoutes(router: FakeRouter, clinic: FakeClinic): void {
  const withNextFree = (provider: (typeof providers)[number]): Provider => ({
    ...provider,
    next_free: clinic
      .nearest(provider.id, 'type-follow', 'telehealth')
      .map((slot) => ({ start: slot.start, mode: slot.mode, visit_type_id: 'type-follow', location_id: null })),
  });
  router.on('GET providers', ({ query }) => {
    const words = query.get('q')?.toLowerCase() ?? '';
    const found = providers.filter(
      (one) =>
        `${one.name} ${one.specialties.map((each) => each.name).join(' ')}`.toLowerCase().includes(words) &&
        (!query.get('specialty') || one.specialties.some((each) => each.code === query.get('specialty'))) &&
        (!query.get('language') || one.languages.includes(query.get('language') ?? '')) &&
        (!query.get('location') || one.locations.some((each) => each.id === query.get('location'))),
    );
    return ok({ items: found.map(withNextFree), next_cursor: null });
  });
  router.on('GET directory/facets', () =>
    ok({
      specialties: providers.flatMap((one) => one.specialties.map((each) => ({ ...each, count: 1 }))),
      languages: [...new Set(providers.flatMap((one) => one.languages))].map((code) => ({ code, count: 1 })),
      insurance_plans: ['Blue Harbor PPO', 'Medicare'].map((name) => ({ name, count: 5 })),
      locations,
    }),
  );
  router.on('GET providers/:id', ({ params }) => {
    const provider = providers.find((one) => one.id === params['id']);
    return provider ? ok(withNextFree(provider)) : problem(404, 'not_found');
  });
  router.on('GET providers/:id/visit-types', () => ok({ items: visitTypes, default_visit_type_id: 'type-follow' }));
  router.on('GET providers/:id/slots', ({ params, query }) => ok(slotDays(clinic, params['id'] ?? '', query)));
  router.on('GET providers/:id/slots/explain', () => ok({ available: false, reasons: ['busy'] }));
}

function slotDays(clinic: FakeClinic, providerId: string, query: URLSearchParams) {
  const zone = query.get('time_zone') ?? 'UTC';
  const from: PlainDate = query.get('from') ?? '';
  const to: PlainDate = query.get('to') ?? '';
  const mode = query.get('mode') as Mode;
  // A day of the asker's zone may reach into the provider's neighbouring days.
  const slots = clinic.free(providerId, query.get('visit_type_id') ?? '', mode, addDays(from, -1), addDays(to, 1));
  const days = datesFrom(from, 100).filter((date) => date <= to);
  return {
    time_zone: zone,
    days: days.map((date) => ({ date, slots: slots.filter((slot) => dateOf(slot.start, zone) === date) })),
  };
}
