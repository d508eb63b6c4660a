import { z } from 'zod';
import { opensIncident, severityOf } from '../../alert/severity.ts';
import { readInstant } from '../cause/measures.ts';
import { eventId, type CorrelationEvent } from './engine.ts';

const instant = z.union([z.number(), z.string()]);
const labels = z.record(z.string().min(1).max(200), z.string().max(2000));
const eventSchema = z.strictObject({
  id: z.string().min(1).max(200).optional(),
  kind: z.enum(['alert', 'ticket']).default('alert'),
  status: z.enum(['firing', 'resolved']).default('firing'),
  at: instant,
  received: instant.optional(),
  labels,
  text: z.string().max(10_000).optional(),
  annotations: z.record(z.string(), z.string().max(10_000)).default({}),
});

/** Says which line cannot be read, and what to write instead. */
export class EventsFault extends Error {}

/**
 * Reads events as JSON lines, in the order of arrival: docs/formats/correlate.md.
 * @throws EventsFault with the line
 */
export function readEvents(text: string, name: string): CorrelationEvent[] {
  const events: CorrelationEvent[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    events.push(readEvent(line, `${name}: line ${index + 1}`));
  }
  return events;
}

function readEvent(line: string, where: string): CorrelationEvent {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new EventsFault(`${where} is not JSON. Write one object a line.`);
  }
  const result = eventSchema.safeParse(parsed);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new EventsFault(`${where}: ${issue?.path.join('.') || 'the object'}: ${issue?.message}`);
  }
  const { kind, status, labels: pairs, annotations, text, ...rest } = result.data;
  const at = timeOf(rest.at, where, 'at');
  const severity = severityOf(pairs);
  return {
    id: rest.id ?? eventId(pairs, at),
    kind,
    status,
    at,
    receivedAt: rest.received === undefined ? at : timeOf(rest.received, where, 'received'),
    labels: pairs,
    text: text ?? [annotations['summary'], annotations['description']].filter((words) => words !== undefined).join(' '),
    opens: opensIncident(severity),
  };
}

function timeOf(value: number | string, where: string, field: string): number {
  const at = readInstant(String(value));
  if (at === null) throw new EventsFault(`${where}: ${field}: "${value}" is no time. Write Unix seconds or ISO 8601.`);
  return at;
}
