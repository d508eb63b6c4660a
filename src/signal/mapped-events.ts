import { Fault } from '../core/fault.ts';
import { fingerprint, withoutLabels, type Labels } from '../core/labels.ts';
import { isObject, readTexts } from './alertmanager-body.ts';
import { readInstant } from './instant.ts';
import type { AlertEvent } from './signal.ts';

/** More events than this from one body are refused: it is a mapping gone wrong, or a dump. */
const MOST_EVENTS = 1000;

/**
 * Checks what a mapping made of a body: one event or a list, each {status, labels, annotations?, startsAt?, endsAt?,
 * key?, value?, url?}. `key` says which events are about the same thing; without it all labels but `severity` do, so
 * that an alarm whose severity changes stays one alarm.
 * @param now ms since the epoch
 * @throws Fault `body_invalid`, naming the event and the field
 */
export function readMappedEvents(result: unknown, source: string, now: number): AlertEvent[] {
  if (result === undefined || result === null) return [];
  const list: readonly unknown[] = Array.isArray(result) ? result : [result];
  if (list.length > MOST_EVENTS) {
    throw new Fault('body_invalid', {
      what: `the mapping made ${list.length} events; at most ${MOST_EVENTS} are taken from one body. Send smaller bodies`,
    });
  }
  return list.map((item, index) => {
    const read = readEvent(item, source, now);
    if (typeof read !== 'string') return read;
    throw new Fault('body_invalid', { what: `event ${index} of the mapping's result: ${read}` });
  });
}

function readEvent(item: unknown, source: string, now: number): AlertEvent | string {
  if (!isObject(item)) return 'an event is an object {status, labels, annotations, startsAt}';
  const status = item['status'];
  if (status !== 'firing' && status !== 'resolved') {
    return `status is ${show(status)}; it must be "firing" or "resolved"`;
  }
  const texts = readTexts(item['labels'], 'labels');
  if (typeof texts === 'string') return texts;
  const labels = withoutLabels(texts);
  if (labels['alertname'] === undefined) return 'labels.alertname is missing; give the kind of alarm a name';
  const annotations = readTexts(item['annotations'] ?? {}, 'annotations');
  if (typeof annotations === 'string') return annotations;
  const startsAt = readTime(item['startsAt'], 'startsAt');
  if (typeof startsAt === 'string') return startsAt;
  const endsAt = readTime(item['endsAt'], 'endsAt');
  if (typeof endsAt === 'string') return endsAt;
  const value = item['value'] ?? null;
  if (value !== null && typeof value !== 'number') return `value is ${show(value)}; it must be a number`;
  const key = item['key'] ?? null;
  if (key !== null && typeof key !== 'string') return `key is ${show(key)}; it must be text. Use $string()`;
  const over = status === 'resolved' || (endsAt !== null && endsAt <= now);
  return {
    fingerprint: identity(labels, source, key),
    source,
    labels,
    annotations,
    status: over ? 'resolved' : 'firing',
    startsAt: startsAt ?? now,
    endsAt: over ? (endsAt ?? now) : endsAt,
    generatorUrl: typeof item['url'] === 'string' ? item['url'] : null,
    value,
  };
}

function identity(labels: Labels, source: string, key: string | null): string {
  return key === null
    ? fingerprint(withoutLabels(labels, ['severity']))
    : fingerprint({ source, key, alertname: labels['alertname'] ?? '' });
}

/** @returns ms, null if there is none, or words about what is wrong */
function readTime(value: unknown, field: string): number | null | string {
  if (value === undefined || value === null || value === '') return null;
  const read = typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : undefined;
  const instant = typeof value === 'string' ? readInstant(value) : read;
  return instant === undefined
    ? `${field} is ${show(value)}; write an RFC 3339 instant such as 2026-01-05T09:00:00Z, or milliseconds`
    : instant;
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
