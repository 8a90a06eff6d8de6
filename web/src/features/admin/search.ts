import { AUDIT_KINDS } from '@/api/audit';
import { matching, oneOf, present, type RawSearch, text } from '@/lib/search';

/** Which clinic a screen of the administration is about, for those who work at several. */
export function clinicSearch(raw: RawSearch) {
  return present({ clinic: text(raw, 'clinic') });
}

const isDate = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/u.test(value) && !Number.isNaN(Date.parse(value));
const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f-]{36}$/u.test(value);
const isAction = (value: unknown): value is string => typeof value === 'string' && /^[a-z:-]{1,60}$/u.test(value);

/** What of the audit is shown. Persons are in the address by their ids; typed names are not kept there. */
export function auditSearch(raw: RawSearch) {
  return present({
    clinic: text(raw, 'clinic'),
    by_id: matching(raw, 'by_id', isId),
    patient_id: matching(raw, 'patient_id', isId),
    action: matching(raw, 'action', isAction),
    kind: oneOf(raw, 'kind', AUDIT_KINDS),
    from: matching(raw, 'from', isDate),
    to: matching(raw, 'to', isDate),
  });
}

export type AuditSearch = ReturnType<typeof auditSearch>;
