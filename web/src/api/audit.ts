import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask, askFile, client } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type RecordAccess = Schemas['Access'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditState = Schemas['AuditState'];
export type AuditFinding = Schemas['AuditFinding'];

export const AUDIT_KINDS = ['looks', 'changes'] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** What of a clinic's audit to show; dates are whole days in UTC. */
export interface AuditFilter {
  by?: string;
  by_id?: string;
  patient?: string;
  patient_id?: string;
  action?: string;
  kind?: AuditKind;
  from?: string;
  to?: string;
}

const PAGE_SIZE = 50;

/** Who looked at the caller's record and why, newest first. */
export function recordAccessQuery() {
  return infiniteQueryOptions({
    queryKey: ['record-access'],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...(pageParam ? { cursor: pageParam } : {}), limit: PAGE_SIZE };
      return ask(client.GET('/api/me/record-access', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** A clinic's audit, newest first. */
export function auditQuery(clinicId: string, filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['clinic', clinicId, 'audit', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { clinic_id: clinicId, ...filter, ...(pageParam ? { cursor: pageParam } : {}), limit: PAGE_SIZE };
      return ask(client.GET('/api/audit', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** Whether a clinic's audit is what was written. */
export function auditStateQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'audit-state'],
    queryFn: ({ signal }) => ask(client.GET('/api/audit/state', { params: { query: { clinic_id: clinicId } }, signal })),
  });
}

/** The audit as a file, with the newest signed checkpoint at its end. */
export function auditFile(clinicId: string, filter: AuditFilter, format: 'csv' | 'jsonl'): Promise<Blob> {
  const query = new URLSearchParams({ clinic_id: clinicId, format, ...filter });
  return askFile(`/api/audit/export?${query.toString()}`);
}
