import { infiniteQueryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import type { components } from '@/api/schema';

export type Reminder = components['schemas']['Reminder'];
export type LedgerLine = components['schemas']['LedgerLine'];

export const LEDGER_STATES = ['due-unsent', 'failed', 'doubtful', 'upcoming', 'all'] as const;
export type LedgerState = (typeof LEDGER_STATES)[number];

const PAGE_SIZE = 50;

/** A clinic's reminders, the latest due first, page by page. */
export function ledgerQuery(clinicId: string, show: LedgerState) {
  return infiniteQueryOptions({
    queryKey: ['clinic', clinicId, 'reminders', show],
    queryFn: ({ pageParam, signal }) => {
      const query = { clinic_id: clinicId, show, limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) };
      return ask(client.GET('/api/reminders', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor ?? undefined,
    refetchInterval: 60_000,
  });
}

/** Sends a reminder again now. */
export function resendReminder(id: string): Promise<Reminder> {
  return ask(client.POST('/api/reminders/{reminder_id}/resend', { params: { path: { reminder_id: id } } }));
}

/** Says that an address of a patient that was found to be dead is good again. */
export async function restoreAddress(patientId: string, address: 'email' | 'phone'): Promise<void> {
  const params = { path: { patient_id: patientId } };
  await ask(client.POST('/api/patients/{patient_id}/reachability/restore', { params, body: { address } }));
}

/** Tells a provider's next patients that it will be later; how many are told. */
export async function tellRunningLate(providerId: string, minutes: number): Promise<number> {
  const body = { provider_id: providerId, minutes };
  return (await ask(client.POST('/api/reminders/running-late', { body }))).told;
}
