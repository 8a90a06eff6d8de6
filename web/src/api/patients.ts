import { queryOptions } from '@tanstack/react-query';
import { ask, client } from '@/api/http';
import type { components } from '@/api/schema';
import type { Appointment, Page } from '@/api/types';

/** A patient, as the clinics that know them see them. */
export type Patient = components['schemas']['Patient'];
export type NewPatient = components['schemas']['NewPatient'];

const FOUND_AT_ONCE = 12;
const VISITS_SHOWN = 20;

/** Patients of a clinic by a part of the name, or by a whole e-mail address. */
export function patientsQuery(clinicId: string, q: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'patients', q],
    queryFn: async ({ signal }) => {
      const body = { clinic_id: clinicId, q, limit: FOUND_AT_ONCE };
      return (await ask(client.POST('/api/patients/search', { body, signal }))).items;
    },
  });
}

/** One patient. */
export function patientQuery(id: string) {
  return queryOptions({
    queryKey: ['patient', id],
    queryFn: ({ signal }) => ask(client.GET('/api/patients/{patient_id}', { params: at(id), signal })),
    staleTime: 60_000,
  });
}

/** A patient's latest visits, newest first. */
export function patientVisitsQuery(id: string) {
  return queryOptions({
    queryKey: ['patient', id, 'visits'],
    queryFn: async ({ signal }) => {
      const params = { ...at(id), query: { limit: VISITS_SHOWN } };
      return ((await ask(client.GET('/api/appointments/patient/{patient_id}', { params, signal }))) as Page<Appointment>).items;
    },
  });
}

/** Enters a patient; where the address is known, that person is the answer, unchanged. */
export function addPatient(body: NewPatient): Promise<Patient> {
  return ask(client.POST('/api/patients', { body }));
}

function at(id: string) {
  return { path: { patient_id: id } };
}
