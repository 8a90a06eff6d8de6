import { queryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import { allPages } from '@/api/pages';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];

export const CLINIC_ROLES = ['provider', 'staff', 'admin'] as const;
export type ClinicRole = (typeof CLINIC_ROLES)[number];

/** What somebody on the staff does. */
export const STAFF_SCOPES = ['front-desk', 'clinical', 'billing', 'analytics', 'privacy'] as const;
export type StaffScope = (typeof STAFF_SCOPES)[number];

/** Roles at a clinic, with the scopes of `staff`. */
export interface HeldRoles {
  roles: ClinicRole[];
  scopes: StaffScope[];
}

/** A person with the roles held at one clinic. `verified` is false until they proved their address. */
export type PersonAtClinic = Omit<Schemas['PersonAtClinic'], 'roles'> & { roles: ClinicRole[] };

const PAGE_SIZE = 100;

/** Who works at a clinic. */
export function peopleQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'people'],
    queryFn: async ({ signal }) => {
      const people = await allPages((cursor) => {
        const query = { clinic_id: clinicId, ...cursor, limit: PAGE_SIZE };
        return ask(client.GET('/api/people', { params: { query }, signal }));
      });
      return people as PersonAtClinic[];
    },
  });
}

/** Gives somebody roles; a person without an account is mailed an invitation. */
export function invite(body: Schemas['NewPerson'] & { roles: ClinicRole[] }): Promise<unknown> {
  return ask(client.POST('/api/people', { body }));
}

/** Sets all roles a person holds at the clinic; none takes them all away. */
export function setRoles(personId: string, body: { clinic_id: string } & HeldRoles): Promise<unknown> {
  return ask(client.PUT('/api/people/{person_id}/roles', { params: { path: { person_id: personId } }, body }));
}
