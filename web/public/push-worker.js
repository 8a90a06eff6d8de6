// Shows push messages and opens what they are about. The words come encrypted for this browser alone, from our server
// by way of the browser's push service.
self.addEventListener('push', (event) => {
  const told = read(event.data);
  event.waitUntil(
    self.registration.showNotification(told.title, {
      body: told.body,
      lang: told.language,
      tag: told.tag, // a message that came twice is shown once
      icon: '/favicon.svg',
      data: { link: told.link },
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data.link));
});

// A browser may withdraw a subscription: the app subscribes anew when it is next open.
function read(data) {
  let told = {};
  try {
    told = (data && data.json()) || {};
  } catch {
    // shown without words: a push that shows nothing costs the permission
  }
  return {
    title: String(told.title || 'OpenVisit'),
    body: String(told.body || ''),
    language: String(told.language || ''),
    tag: String(told.tag || ''),
    link: ours(told.link),
  };
}

// Only pages of our own are opened, whatever a message says.
function ours(link) {
  try {
    const url = new URL(link || '/', self.location.origin);
    return url.origin === self.location.origin ? url.href : self.location.origin + '/';
  } catch {
    return self.location.origin + '/';
  }
}

async function show(link) {
  const windows = await self.clients.matchAll({ type: 'window' });
  for (const each of windows) {
    if (each.url === link) return each.focus();
  }
  return self.clients.openWindow(link);
}
