import { useQuery } from '@tanstack/react-query';
import { delegationsQuery, type Scope } from '@/api/delegates';
import { useUser } from '@/api/session';

/** The patients for whom the person may do this much, by name; nobody while it is not known. */
export function useActingFor(scope: Scope): { id: string; name: string }[] {
  const user = useUser();
  const { data } = useQuery({ ...delegationsQuery(), enabled: user !== null });
  return (data?.held ?? [])
    .filter(({ status, scopes }) => status === 'active' && scopes.includes(scope))
    .map(({ patient_id, patient_name }) => ({ id: patient_id, name: patient_name }));
}
