import { queryOptions } from '@tanstack/react-query';
import { ifMatch, type Versioned } from '@/api/clinics';
import { ask, client, done } from '@/api/http';
import { allPages } from '@/api/pages';
import type { components } from '@/api/schema';
import type { Mode, Page, Provider, ProviderCard } from '@/api/types';

type Schemas = components['schemas'];

/** A visit type as its clinic manages it. */
export type ClinicVisitType = Omit<Schemas['VisitType'], 'modes'> & { modes: Mode[] };
export type Offer = Schemas['Offer'];
export type Specialty = Schemas['NamedSpecialty'];

const PAGE_SIZE = 100;

/** A clinic's visit types, with those switched off. */
export function clinicVisitTypesQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'visit-types'],
    queryFn: async ({ signal }) => {
      const types = await allPages((cursor) => {
        const query = { clinic: clinicId, include_inactive: true, ...cursor, limit: PAGE_SIZE };
        return ask(client.GET('/api/visit-types', { params: { query }, signal }));
      });
      return types as ClinicVisitType[];
    },
  });
}

/** Adds a visit type. */
export function addVisitType(body: Schemas['NewVisitType']): Promise<unknown> {
  return ask(client.POST('/api/visit-types', { body }));
}

/** Changes a visit type or who offers it, or switches it off or on. */
export function changeVisitType(type: Versioned, body: Schemas['VisitTypeChanges']): Promise<unknown> {
  const params = { path: { visit_type_id: type.id }, header: ifMatch(type) };
  return ask(client.PATCH('/api/visit-types/{visit_type_id}', { params, body }));
}

/** A clinic's providers by name, with those switched off. */
export function clinicProvidersQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'providers'],
    queryFn: ({ signal }) =>
      allPages(async (cursor) => {
        const query = { clinic: clinicId, include_inactive: true, sort: 'name' as const, ...cursor, limit: PAGE_SIZE };
        return (await ask(client.GET('/api/providers', { params: { query }, signal }))) as Page<ProviderCard>;
      }),
    staleTime: 60_000,
  });
}

/** A clinic's providers by name, as patients see them. */
export function colleaguesQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'colleagues'],
    queryFn: ({ signal }) =>
      allPages(async (cursor) => {
        const query = { clinic: clinicId, sort: 'name' as const, ...cursor, limit: PAGE_SIZE };
        return (await ask(client.GET('/api/providers', { params: { query }, signal }))) as Page<ProviderCard>;
      }),
    staleTime: 60_000,
  });
}

/** A provider's whole profile as it is now, for a form. */
export function managedProviderQuery(id: string) {
  return queryOptions({
    queryKey: ['provider', id, 'managed'],
    queryFn: async ({ signal }) =>
      (await ask(client.GET('/api/providers/{provider_id}', { params: at(id), signal }))) as Provider,
  });
}

/** Adds a provider. */
export async function addProvider(body: Schemas['NewProvider']): Promise<Provider> {
  return (await ask(client.POST('/api/providers', { body }))) as Provider;
}

/** Changes a provider's profile, fees and visit types, or switches the provider off or on. */
export async function changeProvider(provider: Versioned, body: Schemas['ProviderChanges']): Promise<Provider> {
  const params = { ...at(provider.id), header: ifMatch(provider) };
  return (await ask(client.PATCH('/api/providers/{provider_id}', { params, body }))) as Provider;
}

/** Switches a provider off or on again, whatever changed since: nothing is lost by either. */
export function setProviderActive(id: string, active: boolean): Promise<unknown> {
  return ask(client.PATCH('/api/providers/{provider_id}', { params: at(id), body: { active } }));
}

/** Every specialty there is (NUCC taxonomy), in a language. */
export function specialtiesQuery(language: string) {
  return queryOptions({
    queryKey: ['specialties', language],
    queryFn: async ({ signal }) =>
      (await ask(client.GET('/api/specialties', { headers: { 'Accept-Language': language }, signal }))).items,
    staleTime: Infinity,
  });
}

/** Sets a provider's photo: the picture itself is the body. */
export function putPhoto(providerId: string, photo: Blob): Promise<void> {
  const picture = { bodySerializer: () => photo, headers: { 'Content-Type': photo.type } };
  return done(client.PUT('/api/providers/{provider_id}/photo', { params: at(providerId), body: null, ...picture }));
}

/** Takes a provider's photo away. */
export function removePhoto(providerId: string): Promise<void> {
  return done(client.DELETE('/api/providers/{provider_id}/photo', { params: at(providerId) }));
}

function at(id: string) {
  return { path: { provider_id: id } };
}
