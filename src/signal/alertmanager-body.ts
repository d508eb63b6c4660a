import { fingerprint, withoutLabels, type Labels } from '../core/labels.ts';
import { readInstant } from './instant.ts';
import type { AlertEvent } from './signal.ts';

/** An alert of the body that could not be read, by its index. */
export interface AlertError {
  readonly index: number;
  readonly what: string;
}

/** How long an alert without an end stays firing unless it is sent again, ms (Alertmanager's resolve_timeout). */
export const RESOLVE_TIMEOUT = 300_000;

/**
 * Reads the body of `POST /api/v2/alerts`. Good alerts are returned beside the errors of the bad ones, as Alertmanager
 * keeps the good ones. Missing startsAt is now; missing endsAt is now + resolve timeout; an end in the past is a resolve.
 * Source: prometheus/alertmanager api/v2/api.go postAlertsHandler.
 * @param now ms since the epoch
 * @returns null when the body is not a list at all
 */
export function readAlertmanagerBody(
  body: unknown,
  now: number,
  resolveTimeout = RESOLVE_TIMEOUT,
): { events: AlertEvent[]; errors: AlertError[] } | null {
  if (!Array.isArray(body)) return null;
  const events: AlertEvent[] = [];
  const errors: AlertError[] = [];
  body.forEach((item: unknown, index) => {
    const read = readAlert(item, now, resolveTimeout);
    if (typeof read === 'string') errors.push({ index, what: read });
    else events.push(read);
  });
  return { events, errors };
}

function readAlert(item: unknown, now: number, resolveTimeout: number): AlertEvent | string {
  if (!isObject(item)) return 'an alert is an object {labels, annotations, startsAt, endsAt, generatorURL}';
  const labels = readTexts(item['labels'], 'labels');
  if (typeof labels === 'string') return labels;
  const annotations = readTexts(item['annotations'] ?? {}, 'annotations');
  if (typeof annotations === 'string') return annotations;
  const kept = withoutLabels(labels);
  if (Object.keys(kept).length === 0) return 'labels must hold at least one label with a value';
  const starts = readTime(item['startsAt'], 'startsAt');
  if (typeof starts === 'string') return starts;
  const ends = readTime(item['endsAt'], 'endsAt');
  if (typeof ends === 'string') return ends;
  const endsAt = ends ?? now + resolveTimeout;
  const startsAt = starts ?? Math.min(now, endsAt);
  if (startsAt > endsAt) return 'startsAt must not be after endsAt';
  const url = item['generatorURL'];
  return {
    fingerprint: fingerprint(kept),
    source: 'alertmanager',
    labels: kept,
    annotations,
    status: endsAt <= now ? 'resolved' : 'firing',
    startsAt,
    endsAt,
    generatorUrl: typeof url === 'string' && url !== '' ? url : null,
    value: null,
  };
}

/** @returns the instant, null if there is none, or words about what is wrong */
function readTime(value: unknown, field: string): number | null | string {
  if (value === undefined || value === null || value === '') return null;
  const read = typeof value === 'string' ? readInstant(value) : undefined;
  return read === undefined
    ? `${field} is ${JSON.stringify(value)}; write an RFC 3339 instant such as 2026-01-05T09:00:00Z`
    : read;
}

/** A map from text to text, or words about what is wrong. */
export function readTexts(value: unknown, field: string): Labels | string {
  if (!isObject(value)) return `${field} must be an object from text to text`;
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (name === '') return `${field} holds an empty name`;
    if (typeof text !== 'string') return `${field}.${name} must be text, in quotes`;
    texts[name] = text;
  }
  return texts;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
