import { isObject } from '../alertmanager-body.ts';

/** What PagerDuty answers to an event that it does not take. */
export interface PagerDutyRefusal {
  readonly status: 'invalid event';
  readonly message: 'Event object is invalid';
  readonly errors: readonly string[];
}

const ACTIONS = ['trigger', 'acknowledge', 'resolve'];
const SEVERITIES = ['critical', 'error', 'warning', 'info'];
const MOST_ERRORS = 10;

/** The refusal with its reasons, in PagerDuty's form. */
export function pagerDutyRefusal(...errors: readonly string[]): PagerDutyRefusal {
  return { status: 'invalid event', message: 'Event object is invalid', errors: errors.slice(0, MOST_ERRORS) };
}

/** The routing key of a body, or null. Older senders call it service_key. */
export function routingKeyOf(body: unknown): string | null {
  if (!isObject(body)) return null;
  const key = body['routing_key'];
  return typeof key === 'string' && key !== '' ? key : null;
}

/**
 * What is wrong with an event for `POST /v2/enqueue`, as PagerDuty would say it; empty if nothing.
 * Source: PagerDuty/developer-docs docs/events-API-v2/03-Trigger-Events.md.
 */
export function wrongEvent(body: unknown): string[] {
  if (!isObject(body)) return ['The body must be a JSON object'];
  const wrong: string[] = [];
  const { event_action: action, dedup_key: key, payload } = body;
  if (typeof action !== 'string' || !ACTIONS.includes(action)) {
    wrong.push(`'event_action' must be one of ${ACTIONS.join(', ')}`);
  }
  if (key !== undefined && key !== null && (typeof key !== 'string' || key.length > 255)) {
    wrong.push("'dedup_key' must be text of at most 255 characters");
  }
  if ((action === 'acknowledge' || action === 'resolve') && !(typeof key === 'string' && key !== '')) {
    wrong.push(`'dedup_key' is missing or blank; it is needed to ${action}`);
  }
  if (action !== 'trigger') return wrong;
  if (!isObject(payload)) return [...wrong, "'payload' is missing or blank"];
  for (const field of ['summary', 'source']) {
    const text = payload[field];
    if (typeof text !== 'string' || text.trim() === '') wrong.push(`'payload.${field}' is missing or blank`);
  }
  if (!SEVERITIES.includes(String(payload['severity']))) {
    wrong.push(`'payload.severity' must be one of ${SEVERITIES.join(', ')}`);
  }
  return wrong;
}

/** What is wrong with a change event for `POST /v2/change/enqueue`; empty if nothing. */
export function wrongChange(body: unknown): string[] {
  if (!isObject(body)) return ['The body must be a JSON object'];
  const { payload } = body;
  if (!isObject(payload)) return ["'payload' is missing or blank"];
  const summary = payload['summary'];
  return typeof summary === 'string' && summary.trim() !== '' ? [] : ["'payload.summary' is missing or blank"];
}

/** The event without its secret, with the key under which it can be resolved. */
export function pagerDutyBody(body: unknown, key: string | null): Record<string, unknown> {
  const { routing_key: _secret, ...rest } = body as Record<string, unknown>;
  return key === null ? rest : { ...rest, dedup_key: key };
}
