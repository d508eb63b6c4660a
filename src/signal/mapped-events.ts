import { Fault } from '../core/fault.ts';
import { fingerprint, withoutLabels, type Labels } from '../core/labels.ts';
import { isObject, readTexts } from './alertmanager-body.ts';
import { readInstant } from './instant.ts';
import type { AlertEvent } from './signal.ts';

/** More events than this from one body are refused: it is a mapping gone wrong, or a dump. */
const MOST_EVENTS = 1000;

/** Somebody at the source says that he is on it. */
export interface Acknowledgement {
  /** Of the alert. */
  readonly fingerprint: string;
  readonly name: string;
  /** Who, as the source says it. */
  readonly by: string | null;
}

/** What sorts of changes there are. A `flag` is a switch of features. */
export const CHANGE_KINDS = ['deploy', 'config', 'flag', 'campaign', 'other'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Something was changed on purpose: a deploy, a configuration, a campaign. Evidence for a cause, never an alert. */
export interface SourceChange {
  readonly at: number;
  readonly kind: ChangeKind;
  readonly summary: string;
  readonly labels: Labels;
  readonly url: string | null;
}

/** All that a mapping made of a body. */
export interface Mapped {
  readonly events: readonly AlertEvent[];
  readonly acknowledgements: readonly Acknowledgement[];
  readonly changes: readonly SourceChange[];
}

/**
 * Checks what a mapping made of a body: one item or a list, each {status, labels, annotations?, startsAt?, endsAt?,
 * key?, value?, url?}. `key` says which items are about the same thing; without it all labels but `severity` do, so
 * that an alarm whose severity changes stays one alarm. An item with the status `acknowledged` has `by`, one with
 * `change` has a summary in its annotations, may have a `kind`, and needs no alertname.
 * @param now ms since the epoch
 * @param added labels of the source, for those that do not have them
 * @throws Fault `body_invalid`, naming the item and the field
 */
export function readMapped(result: unknown, source: string, now: number, added: Labels = {}): Mapped {
  const list: readonly unknown[] =
    result === undefined || result === null ? [] : Array.isArray(result) ? result : [result];
  if (list.length > MOST_EVENTS) {
    throw new Fault('body_invalid', {
      what: `the mapping made ${list.length} events; at most ${MOST_EVENTS} are taken from one body. Send smaller bodies`,
    });
  }
  const events: AlertEvent[] = [];
  const acknowledgements: Acknowledgement[] = [];
  const changes: SourceChange[] = [];
  list.forEach((item, index) => {
    const status = isObject(item) ? item['status'] : undefined;
    const read = status === 'change' ? readChange(item as object, now, added) : readEvent(item, source, now, added);
    if (typeof read === 'string') {
      throw new Fault('body_invalid', { what: `event ${index} of the mapping's result: ${read}` });
    }
    if ('summary' in read) changes.push(read);
    else if (status === 'acknowledged') {
      const by = (item as Record<string, unknown>)['by'];
      const name = read.labels['alertname'] ?? '';
      acknowledgements.push({
        fingerprint: read.fingerprint,
        name,
        by: typeof by === 'string' ? by.slice(0, 200) : null,
      });
    } else events.push(read);
  });
  return { events, acknowledgements, changes };
}

function readChange(item: object, now: number, added: Labels): SourceChange | string {
  const { labels, annotations, startsAt, url, kind = 'deploy' } = item as Record<string, unknown>;
  const texts = readTexts(labels ?? {}, 'labels');
  if (typeof texts === 'string') return texts;
  const notes = readTexts(annotations ?? {}, 'annotations');
  if (typeof notes === 'string') return notes;
  const summary = (notes['summary'] ?? '').trim();
  if (summary === '') return 'annotations.summary is missing; say what was changed';
  const at = readTime(startsAt, 'startsAt');
  if (typeof at === 'string') return at;
  const known = CHANGE_KINDS.find((one) => one === kind);
  if (known === undefined) return `kind is ${show(kind)}; it must be ${CHANGE_KINDS.join(', ')}`;
  return {
    at: at ?? now,
    kind: known,
    summary: summary.slice(0, 1024),
    labels: withoutLabels({ ...added, ...texts }),
    url: typeof url === 'string' ? url : null,
  };
}

function readEvent(item: unknown, source: string, now: number, added: Labels): AlertEvent | string {
  if (!isObject(item)) return 'an event is an object {status, labels, annotations, startsAt}';
  const status = item['status'];
  if (status !== 'firing' && status !== 'resolved' && status !== 'acknowledged') {
    return `status is ${show(status)}; it must be "firing", "resolved", "acknowledged" or "change"`;
  }
  const texts = readTexts(item['labels'], 'labels');
  if (typeof texts === 'string') return texts;
  const labels = withoutLabels({ ...added, ...withoutLabels(texts) });
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
  return key === null ? fingerprint(withoutLabels(labels, ['severity'])) : fingerprint({ source, key });
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
