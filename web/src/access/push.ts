/** Web Push in this browser: asking for permission, subscribing with the server's key, and the name of the device. */

/** Whether this browser can show pages: it needs a secure address and, on phones of Apple, the page on the home screen. */
export function canPush(): boolean {
  return window.isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window;
}

/**
 * Asks the person, then subscribes.
 * @param key the server's public key, base64url
 * @throws Error with the browser's words when the person or the browser refuses
 */
export async function subscribe(key: string): Promise<PushSubscriptionJSON> {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') throw new Error('refused');
  const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/' });
  await navigator.serviceWorker.ready;
  const found = await registration.pushManager.getSubscription();
  const made =
    found ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) }));
  return made.toJSON();
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.codePointAt(0)!);
}

/** A name for the device that its owner will recognize. */
export function deviceName(): string {
  const agent = navigator.userAgent;
  const system = ['iPhone', 'iPad', 'Android', 'Mac', 'Windows', 'Linux'].find((name) => agent.includes(name));
  const browser = ['Firefox', 'Edg', 'Chrome', 'Safari'].find((name) => agent.includes(name));
  return [browser === 'Edg' ? 'Edge' : (browser ?? 'Browser'), system].filter(Boolean).join(', ');
}
