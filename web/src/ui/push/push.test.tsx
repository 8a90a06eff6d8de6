import { screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeFakeServer } from '@/testing/fake';
import { patient } from '@/testing/fake/cast';
import { renderApp } from '@/testing/renderApp';

const subscription = {
  endpoint: 'https://push.example/send/1',
  toJSON: () => ({ endpoint: 'https://push.example/send/1', keys: { p256dh: 'p', auth: 'a' } }),
  unsubscribe: vi.fn(() => Promise.resolve(true)),
};

/** A browser that takes push messages; `answer` is what the person says when asked. */
function browser(answer: NotificationPermission) {
  let held: typeof subscription | null = null;
  const registration = {
    pushManager: {
      subscribe: vi.fn(() => Promise.resolve((held = subscription))),
      getSubscription: () => Promise.resolve(held),
    },
  };
  const asked = vi.fn(() => {
    notification.permission = answer;
    return Promise.resolve(answer);
  });
  const notification = { permission: 'default' as NotificationPermission, requestPermission: asked };
  vi.stubGlobal('Notification', notification);
  vi.stubGlobal('PushManager', vi.fn());
  Object.defineProperty(navigator, 'serviceWorker', {
    configurable: true,
    value: {
      register: vi.fn(() => Promise.resolve(registration)),
      ready: Promise.resolve(registration),
      getRegistration: () => Promise.resolve(held ? registration : undefined),
    },
  });
  subscription.unsubscribe.mockImplementation(() => {
    held = null;
    return Promise.resolve(true);
  });
  return { asked, subscribe: registration.pushManager.subscribe };
}

/** A server that keeps the endpoints of subscriptions. */
function pushServer() {
  const server = makeFakeServer();
  const endpoints = new Set<unknown>();
  server.router.on('GET push/key', () => ({ status: 200, body: { key: 'BKey' } }));
  server.router.on('POST me/push-subscriptions', ({ body }) => {
    endpoints.add(body['endpoint']);
    return { status: 204 };
  });
  server.router.on('DELETE me/push-subscriptions', ({ body }) => {
    endpoints.delete(body['endpoint']);
    return { status: 204 };
  });
  return { server, endpoints };
}

describe('push messages', () => {
  beforeEach(() => subscription.unsubscribe.mockClear());
  afterEach(() => {
    vi.unstubAllGlobals();
    Reflect.deleteProperty(navigator, 'serviceWorker');
  });

  it('are asked for after a click alone, and turned off again', async () => {
    const { server, endpoints } = pushServer();
    const { asked, subscribe } = browser('granted');
    const { user } = await renderApp('/preferences', { as: patient, server });
    const on = await screen.findByRole('button', { name: 'Show messages on this device' });
    expect(asked).not.toHaveBeenCalled();
    await user.click(on);
    const off = await screen.findByRole('button', { name: 'Stop messages on this device' });
    expect(subscribe).toHaveBeenCalledWith(expect.objectContaining({ userVisibleOnly: true }));
    expect([...endpoints]).toEqual(['https://push.example/send/1']);
    await user.click(off);
    await screen.findByRole('button', { name: 'Show messages on this device' });
    expect([...endpoints]).toEqual([]);
    expect(subscription.unsubscribe).toHaveBeenCalledOnce();
  });

  it('say how to allow them when the browser blocks them', async () => {
    browser('denied');
    const { user } = await renderApp('/preferences', { as: patient });
    await user.click(await screen.findByRole('button', { name: 'Show messages on this device' }));
    expect(await screen.findByText(/blocks messages/)).toBeVisible();
  });

  it('are not offered where a browser has none', async () => {
    await renderApp('/preferences', { as: patient });
    expect(await screen.findByText(/cannot show messages/)).toBeVisible();
  });

  it('are no matter of somebody who is not signed in', async () => {
    browser('granted');
    await renderApp('/preferences');
    await screen.findByRole('heading', { level: 1 });
    expect(screen.queryByText('Messages on this device')).toBeNull();
  });
});
