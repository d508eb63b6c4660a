/* Shows pages that come by Web Push, and accepts them from the notification. It keeps nothing and caches nothing. */
self.addEventListener('push', (event) => {
  const page = event.data ? event.data.json() : { title: 'Lamplighter', body: '' };
  const actions = page.accept
    ? [
        { action: 'accept', title: 'Accept' },
        { action: 'open', title: 'Open' },
      ]
    : [];
  event.waitUntil(
    self.registration.showNotification(page.title, {
      body: page.body,
      tag: page.key,
      renotify: true,
      requireInteraction: true,
      vibrate: [400, 100, 400, 100, 400],
      icon: '/lamp.svg',
      badge: '/lamp.svg',
      data: page,
      actions,
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  const page = event.notification.data ?? {};
  event.notification.close();
  if (event.action === 'accept' && page.accept) event.waitUntil(accept(page));
  else event.waitUntil(self.clients.openWindow(page.accept ?? page.incident ?? '/'));
});

/** Accepts by the page's own link; when that fails, the link is opened so that the person sees why. */
async function accept(page) {
  try {
    const answer = await fetch(page.accept, { method: 'POST' });
    if (answer.ok) {
      await self.registration.showNotification('Accepted', { body: page.title, tag: page.key, icon: '/lamp.svg' });
      return;
    }
  } catch {
    // No network at this moment.
  }
  await self.clients.openWindow(page.accept);
}
