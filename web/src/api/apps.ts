import { queryOptions } from '@tanstack/react-query';
import { ask, client, done } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type RegisteredApp = Schemas['App'];
export type NewApp = Schemas['NewApp'];
export type AppMade = Schemas['RegisteredApp'];
export type AuthMethod = RegisteredApp['auth_method'];
export type ConnectedApp = Schemas['ConnectedApp'];
export type AuthorizationStep = Schemas['AuthorizationStep'];

export const CONNECTED_KEY = ['connected-apps'];

/** A clinic's apps, and the scopes that apps can be given. */
export function appsQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'apps'],
    queryFn: ({ signal }) => ask(client.GET('/api/apps', { params: { query: { clinic_id: clinicId } }, signal })),
  });
}

/** Registers an app. The secret, if it uses one, is in this answer alone. */
export function registerApp(body: NewApp): Promise<AppMade> {
  return ask(client.POST('/api/apps', { body }));
}

/** Changes an app; switched off, or with a scope less, its tokens end. */
export function changeApp(app: RegisteredApp, body: Schemas['AppChanges']): Promise<RegisteredApp> {
  const params = { path: { app_id: app.id }, header: { 'If-Match': `"${app.version}"` } };
  return ask(client.PATCH('/api/apps/{app_id}', { params, body }));
}

/** A new secret; the old one ends. */
export function renewSecret(appId: string): Promise<AppMade> {
  return ask(client.POST('/api/apps/{app_id}/secret', { params: { path: { app_id: appId } } }));
}

/** The apps that the person let in. */
export function connectedAppsQuery() {
  return queryOptions({
    queryKey: CONNECTED_KEY,
    queryFn: async ({ signal }) => (await ask(client.GET('/api/me/apps', { signal }))).items,
  });
}

/** Takes back all that an app was given. */
export function disconnectApp(appId: string): Promise<void> {
  return done(client.DELETE('/api/me/apps/{app_id}', { params: { path: { app_id: appId } } }));
}

/** What comes next for an app's request. Each look may give the app a code, so that it is made once. */
export function authorizationQuery(query: string, personId: string | null) {
  return queryOptions({
    queryKey: ['authorization', query, personId],
    queryFn: () => ask(client.POST('/api/oauth/requests', { body: { query } })),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** The person's answer to an app; where to go with it. */
export function decideAuthorization(query: string, allow: boolean): Promise<AuthorizationStep> {
  return ask(client.POST('/api/oauth/decisions', { body: { query, allow } }));
}

/** Which app wants the person signed out, and where it would have them go. */
export function endSessionQuery(query: string) {
  return queryOptions({
    queryKey: ['end-session', query],
    queryFn: () => ask(client.POST('/api/oauth/end-session', { body: { query } })),
    staleTime: Infinity,
    retry: false,
  });
}
