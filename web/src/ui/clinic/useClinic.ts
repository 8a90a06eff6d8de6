import { useUser, worksAs } from '@/api/session';
import type { StaffScope } from '@/api/people';
import type { Role } from '@/api/types';

/** The clinics where the person signed in holds one of the roles. */
export function useClinics(...roles: Role[]): string[] {
  const held = useUser()?.clinic_roles ?? [];
  return [...new Set(held.filter(({ role }) => roles.includes(role as Role)).map(({ clinic_id }) => clinic_id))];
}

/** The clinic a screen is about: the one asked for where the person works there, else their first. */
export function useClinic(asked: string | undefined, ...roles: Role[]): string | undefined {
  const clinics = useClinics(...roles);
  return clinics.find((id) => id === asked) ?? clinics[0];
}

/** Whether the person is an admin of the clinic. */
export function useIsAdmin(clinicId: string | undefined): boolean {
  const held = useUser()?.clinic_roles ?? [];
  return held.some(({ clinic_id, role }) => clinic_id === clinicId && role === 'admin');
}

/** Whether the person is an admin of the clinic, or on its staff with one of these scopes. */
export function useWorksAs(clinicId: string | undefined, ...scopes: StaffScope[]): boolean {
  return worksAs(useUser(), clinicId, ...scopes);
}
