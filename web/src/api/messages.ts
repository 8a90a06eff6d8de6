import { queryOptions } from '@tanstack/react-query';
import { ask, askTagged, client, done } from '@/api/http';
import type { components } from '@/api/schema';

type Schemas = components['schemas'];
export type LinkVisit = Schemas['LinkVisit'];
export type LinkAnswer = Schemas['LinkAnswer'];
export type NotificationPreferences = Schemas['NotificationPreferences'];
export type NotificationPreferencesChange = Schemas['NotificationPreferencesChange'];
export type QuietHours = Schemas['QuietHours'];
export type ReminderRules = Schemas['ReminderRules'];
export type ReminderRulesChange = Schemas['ReminderRulesChange'];
export type TemplateState = Schemas['TemplateState'];
export type Template = Schemas['Template'];
export type TemplateSource = Schemas['TemplateSource'];
export type TemplatePreview = Schemas['TemplatePreview'];
export type MessagePolicy = Schemas['MessagePolicy'];
export type Channel = TemplateState['channel'];

export const CHANNELS = ['email', 'sms', 'push', 'voice'] as const satisfies readonly Channel[];
export const SPARING = ['greeting', 'name', 'with_whom', 'place', 'how', 'custom'] as const;
export const NOTIFICATIONS_KEY = ['notification-preferences'];

/** What a one-tap link would do. Looking changes nothing. */
export function linkQuery(token: string) {
  return queryOptions({
    queryKey: ['link', token],
    queryFn: ({ signal }) => ask(client.GET('/api/links/{token}', { params: { path: { token } }, signal })),
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** Does what a one-tap link is for. */
export function useLinkOf(token: string): (answer: LinkAnswer) => Promise<Schemas['LinkDone']> {
  return (answer) => ask(client.POST('/api/links/{token}', { params: { path: { token } }, body: answer }));
}

/** Opts out of reminders by mail, by the link in one. */
export function unsubscribe(token: string): Promise<void> {
  return done(client.POST('/api/unsubscribe/{token}', { params: { path: { token } } }));
}

/** How the person is told about visits. */
export function notificationsQuery() {
  return queryOptions({
    queryKey: NOTIFICATIONS_KEY,
    queryFn: ({ signal }) => ask(client.GET('/api/me/notification-preferences', { signal })),
  });
}

/** Changes how the person is told. */
export function changeNotifications(version: number, body: NotificationPreferencesChange): Promise<NotificationPreferences> {
  const params = { header: { 'If-Match': `"${version}"` } };
  return ask(client.PUT('/api/me/notification-preferences', { params, body }));
}

/** Another telephone number; a code is sent to it. */
export function givePhone(phone: string): Promise<NotificationPreferences> {
  return ask(client.PUT('/api/me/phone', { body: { phone } }));
}

/** Takes the telephone number away. */
export function dropPhone(): Promise<NotificationPreferences> {
  return ask(client.DELETE('/api/me/phone'));
}

export type Proved = 'phone' | 'mailbox';

/** Sends a code to an address, to prove it. */
export function askAddressCode(what: Proved): Promise<void> {
  return done(client.POST(what === 'phone' ? '/api/me/phone/code' : '/api/me/mailbox/code'));
}

/** Proves an address by the code sent to it. */
export function proveAddress(what: Proved, code: string): Promise<NotificationPreferences> {
  return ask(client.POST(what === 'phone' ? '/api/me/phone/confirm' : '/api/me/mailbox/confirm', { body: { code } }));
}

/** How a clinic usually reminds, and its limits. */
export function reminderRulesQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'reminder-rules'],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/clinics/{clinic_id}/reminder-rules', { params: { path: { clinic_id: clinicId } }, signal })),
  });
}

/** Changes how a clinic usually reminds. */
export function changeReminderRules(clinicId: string, version: number, body: ReminderRulesChange): Promise<ReminderRules> {
  const params = { path: { clinic_id: clinicId }, header: { 'If-Match': `"${version}"` } };
  return ask(client.PUT('/api/clinics/{clinic_id}/reminder-rules', { params, body }));
}

/** What a clinic's short messages may say. */
export function messagePolicyQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'message-policy'],
    queryFn: ({ signal }) =>
      ask(client.GET('/api/clinics/{clinic_id}/message-policy', { params: { path: { clinic_id: clinicId } }, signal })),
  });
}

/** Changes what a clinic's short messages may say. */
export function changeMessagePolicy(
  clinicId: string,
  version: number,
  body: Schemas['MessagePolicyChanges'],
): Promise<MessagePolicy> {
  const params = { path: { clinic_id: clinicId }, header: { 'If-Match': `"${version}"` } };
  return ask(client.PUT('/api/clinics/{clinic_id}/message-policy', { params, body }));
}

/** Every message of a clinic, and whose words it has. */
export function templatesQuery(clinicId: string) {
  return queryOptions({
    queryKey: ['clinic', clinicId, 'templates'],
    queryFn: async ({ signal }) =>
      (await ask(client.GET('/api/clinics/{clinic_id}/templates', { params: { path: { clinic_id: clinicId } }, signal })))
        .items,
  });
}

export interface TemplateKey {
  clinicId: string;
  kind: string;
  channel: Channel;
  language: 'en' | 'es';
}

const TEMPLATE = '/api/clinics/{clinic_id}/templates/{kind}/{channel}/{language}';
const pathOf = ({ clinicId, kind, channel, language }: TemplateKey) => ({ clinic_id: clinicId, kind, channel, language });

/** One message's words, ours and earlier ones. */
export function templateQuery(key: TemplateKey) {
  return queryOptions({
    queryKey: ['clinic', key.clinicId, 'templates', key.kind, key.channel, key.language],
    queryFn: ({ signal }) => ask(client.GET(TEMPLATE, { params: { path: pathOf(key) }, signal })),
  });
}

/** Uses words of the clinic's own. */
export function keepTemplate(key: TemplateKey, version: number, body: TemplateSource): Promise<Template> {
  return ask(client.PUT(TEMPLATE, { params: { path: pathOf(key), header: { 'If-Match': `"${version}"` } }, body }));
}

/** Goes back to our words. */
export function resetTemplate(key: TemplateKey): Promise<Template> {
  return ask(client.DELETE(TEMPLATE, { params: { path: pathOf(key) } }));
}

/** Looks at words with sample values. */
export function previewTemplate(key: TemplateKey, body: TemplateSource): Promise<TemplatePreview> {
  return ask(client.POST(`${TEMPLATE}/preview`, { params: { path: pathOf(key) }, body }));
}

/** Sends a preview to oneself. */
export async function sendPreview(previewId: string): Promise<void> {
  await askTagged(
    client.POST('/api/template-previews/{preview_id}/send', { params: { path: { preview_id: previewId } } }),
  );
}
