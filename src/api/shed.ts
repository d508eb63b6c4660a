import type { FastifyInstance } from 'fastify';
import type { Counter } from 'prom-client';
import { Fault } from '../core/fault.ts';

/** What is refused first under load, up to what is refused last. Paging is no request: it is never refused. */
const CLASSES = ['dashboards', 'metrics', 'notices', 'tickets', 'pages of the web part', 'intake of alerts'] as const;
export type RequestClass = (typeof CLASSES)[number] | 'always';

/** Routes by their first fitting pattern. What is not listed is a page of the web part. */
const ROUTES: readonly (readonly [RegExp, RequestClass])[] = [
  // To accept is to stop paging: it takes load away. Health and the own metrics are how one sees what is wrong.
  [/^\/accept\/|\/accept$|^\/-\/|^\/metrics$|^\/ops\/v1\/session/, 'always'],
  [/^\/api\/v2\/alerts|^\/alertmanager\/|^\/in\/|^\/heartbeat\//, 'intake of alerts'],
  [/^\/api\/v1\/write|^\/v1\/metrics|^\/otlp/, 'metrics'],
  [/^\/api\/v1\/|^\/ops\/v1\/(levels|indicators|rules|improvements|retros)/, 'dashboards'],
  [/^\/status|^\/app\//, 'notices'],
  [/^\/ops\/v1\/(tickets|observations)/, 'tickets'],
];

/** The class of a route's pattern. Pure. */
export function classOf(route: string): RequestClass {
  return ROUTES.find(([pattern]) => pattern.test(route))?.[1] ?? 'pages of the web part';
}

/** Whether a request of the class is refused at a level of load (0 is calm). Pure. */
export function isShed(kind: RequestClass, level: number): boolean {
  return kind !== 'always' && CLASSES.indexOf(kind) < level;
}

/** Refuses requests under load, the least urgent class first: 503 with Retry-After, so that senders keep what they have. */
export function addShedding(app: FastifyInstance, level: () => number, shed: Counter<'class'>): void {
  app.addHook('onRequest', async (request) => {
    const now = level();
    if (now === 0) return;
    const kind = classOf(request.routeOptions.url ?? request.url);
    if (!isShed(kind, now)) return;
    shed.inc({ class: kind });
    throw new Fault('overloaded', { what: `${kind} must wait so that pages get out`, seconds: 5 * now });
  });
}
