import { Fault } from '../../core/fault.ts';
import type { Labels } from '../../core/labels.ts';
import { isObject } from '../alertmanager-body.ts';

/** An event with its attributes and its data, in whichever way it was sent. */
export interface CloudEvent {
  /** The envelope with `data` parsed where it is JSON. */
  readonly envelope: Readonly<Record<string, unknown>>;
  /** (source, id) are one event, however often it is sent. */
  readonly key: string;
}

const MOST_IN_BATCH = 500;

/** Whether a request carries CloudEvents, and how. */
export function cloudEventMode(headers: Labels): 'structured' | 'batch' | 'binary' | null {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/cloudevents-batch')) return 'batch';
  if (type.startsWith('application/cloudevents')) return 'structured';
  return headers['ce-specversion'] === undefined ? null : 'binary';
}

/**
 * Reads CloudEvents 1.0 from a request.
 * Source: cloudevents/spec cloudevents/bindings/http-protocol-binding.md.
 * @param body parsed JSON, or the raw bytes in binary mode when the data is no JSON
 * @throws Fault `body_invalid` naming the event and the attribute
 */
export function readCloudEvents(mode: 'structured' | 'batch' | 'binary', headers: Labels, body: unknown): CloudEvent[] {
  if (mode === 'binary') return [checked({ ...attributes(headers), data: body }, '')];
  if (mode === 'structured') return [checked(body, '')];
  if (!Array.isArray(body)) throw new Fault('body_invalid', { what: 'a batch is a JSON list of events' });
  if (body.length > MOST_IN_BATCH) {
    throw new Fault('body_invalid', { what: `the batch holds ${body.length} events; send at most ${MOST_IN_BATCH}` });
  }
  return body.map((one: unknown, index) => checked(one, `event ${index}: `));
}

function checked(event: unknown, where: string): CloudEvent {
  if (!isObject(event)) throw new Fault('body_invalid', { what: `${where}an event is a JSON object` });
  for (const name of ['id', 'source', 'type', 'specversion']) {
    const value = event[name];
    if (typeof value !== 'string' || value === '') {
      throw new Fault('body_invalid', {
        what: `${where}the attribute ${name} is missing; CloudEvents needs it as text`,
      });
    }
  }
  if (event['specversion'] !== '1.0') {
    const what = `${where}specversion is ${JSON.stringify(event['specversion'])}; 1.0 is read here`;
    throw new Fault('body_invalid', { what });
  }
  const { data_base64: coded, ...rest } = event;
  const envelope = typeof coded === 'string' ? { ...rest, data: decoded(coded, event['datacontenttype']) } : rest;
  return { envelope, key: `${String(event['source'])} ${String(event['id'])}`.slice(0, 255) };
}

function decoded(coded: string, type: unknown): unknown {
  const text = Buffer.from(coded, 'base64').toString('utf8');
  if (typeof type === 'string' && !/json/i.test(type)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The attributes of binary mode: headers that begin with ce-, percent-encoded. */
function attributes(headers: Labels): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-')) found[name.slice(3)] = percentDecoded(value);
  }
  if (headers['content-type'] !== undefined) found['datacontenttype'] = headers['content-type'];
  return found;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/^"(.*)"$/, '$1'));
  } catch {
    return text;
  }
}
