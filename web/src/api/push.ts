import { queryOptions } from '@tanstack/react-query';
import { ask, client, done } from '@/api/http';

export const PUSH_KEY = ['push'];

/** Whether push messages come to this browser: on, off, or not to be had here, and why. */
export type PushState = 'on' | 'off' | 'blocked' | 'unsupported';

/** The state of this browser. Reading it asks the person nothing. */
export function pushQuery() {
  return queryOptions({ queryKey: PUSH_KEY, queryFn: pushState, staleTime: 0 });
}

async function pushState(): Promise<PushState> {
  if (!supported()) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  const subscription = await ownSubscription();
  return subscription && Notification.permission === 'granted' ? 'on' : 'off';
}

/** Asks the person for permission, subscribes this browser and tells the server. To be called from a click alone. */
export async function turnPushOn(): Promise<PushState> {
  if (!supported()) return 'unsupported';
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'blocked' : 'off';
  const { key } = await ask(client.GET('/api/push/key'));
  const registration = await navigator.serviceWorker.register('/push-worker.js');
  await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  await done(client.POST('/api/me/push-subscriptions', { body: asBody(subscription) }));
  return 'on';
}

/** Takes the subscription back, here and at the server. */
export async function turnPushOff(): Promise<PushState> {
  const subscription = await ownSubscription();
  if (subscription) {
    await done(client.DELETE('/api/me/push-subscriptions', { body: { endpoint: subscription.endpoint } }));
    await subscription.unsubscribe();
  }
  return 'off';
}

async function ownSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return (await registration?.pushManager.getSubscription()) ?? null;
}

function supported(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
}

function asBody(subscription: PushSubscription) {
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint: endpoint ?? '', keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' } };
}
