import type { z } from 'zod';
import type * as contract from '../../api/contract.ts';
import { callServer, type ServerOptions } from './server-call.ts';
import { utcWords } from './when.ts';

type Incident = z.infer<typeof contract.incidentView>;
type Detail = z.infer<typeof contract.incidentDetail>;

interface Look extends ServerOptions {
  readonly json?: boolean;
}

const STATES = { open: ['open', 'accepted'], resolved: ['resolved'], all: [undefined] } as const;

/** Lists incidents, newest first. */
export async function listIncidents(
  options: Look & { readonly state: keyof typeof STATES; readonly limit: number },
): Promise<void> {
  const found: Incident[] = [];
  for (const state of STATES[options.state]) {
    const query = `limit=${options.limit}${state === undefined ? '' : `&state=${state}`}`;
    found.push(...(await callServer<{ items: Incident[] }>(options, 'GET', `/ops/v1/incidents?${query}`)).items);
  }
  const items = found.sort((a, b) => b.number - a.number).slice(0, options.limit);
  if (options.json) return console.log(JSON.stringify(items, null, 2));
  if (items.length === 0) return console.log(options.state === 'open' ? 'No incident is open.' : 'There is none.');
  for (const { number, severity, state, openedAt, acceptedBy, title } of items) {
    const who = acceptedBy === null ? '' : `  ${acceptedBy}`;
    console.log(`#${number}  ${severity}  ${state}${who}  since ${utcWords(openedAt)}  ${title}`);
  }
}

/** Shows one incident. */
export async function showIncident(id: string, options: Look): Promise<void> {
  const detail = await callServer<Detail>(options, 'GET', path(id));
  if (options.json) return console.log(JSON.stringify(detail, null, 2));
  const { incident, alerts, timeline, care } = detail;
  const { number, title, severity, state, phase, openedAt, resolvedAt, functions, cities, components } = incident;
  console.log(`#${number}  ${title}`);
  console.log(
    `${severity}, ${state}, ${phase}; opened ${utcWords(openedAt)}${resolvedAt === null ? '' : `, resolved ${utcWords(resolvedAt)}`}`,
  );
  const places = Object.entries({ functions, cities, components }).filter(([, names]) => names.length > 0);
  for (const [what, names] of places) console.log(`${what}: ${names.join(', ')}`);
  const owner = care.owner?.name ?? (state === 'accepted' ? incident.acceptedBy : null);
  console.log(owner === null ? 'Nobody has it.' : `${owner} has it.`);
  if (care.nextUpdateAt !== null) console.log(`The next update is promised for ${utcWords(care.nextUpdateAt)}.`);
  if (care.snoozedUntil !== null) console.log(`Snoozed until ${utcWords(care.snoozedUntil)}.`);
  console.log(`${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'}:`);
  for (const { name, state: stands, severity: loud, annotations, labels } of alerts.slice(0, 20)) {
    const words =
      annotations['summary'] ??
      Object.entries(labels)
        .map(([label, value]) => `${label}="${value}"`)
        .join(', ');
    console.log(`  ${stands}  ${loud}  ${name}  ${words}`);
  }
  if (alerts.length > 20) console.log(`  and ${alerts.length - 20} more`);
  console.log('Timeline, the last 15:');
  const rows = [...timeline].sort((a, b) => a.at - b.at).slice(-15);
  for (const { at, summary } of rows) console.log(`  ${utcWords(at)}  ${summary}`);
}

/** Opens an incident by hand. */
export async function openIncidentCommand(
  title: string,
  options: Look & {
    readonly severity: string;
    readonly function?: readonly string[];
    readonly city?: readonly string[];
  },
): Promise<void> {
  const { severity, function: functions = [], city: cities = [] } = options;
  const made = await callServer<Incident>(options, 'POST', '/ops/v1/incidents', { title, severity, functions, cities });
  say(options, made, `Opened #${made.number}.`);
}

/** Writes a note into the timeline. */
export async function noteCommand(id: string, text: string, options: Look): Promise<void> {
  await callServer(options, 'POST', path(id, 'note'), { text });
  say(options, {}, 'Noted.');
}

type WithReason = Look & { readonly reason: string };

/** Merges an incident into another one. */
export async function mergeCommand(id: string, into: string, options: WithReason): Promise<void> {
  const other = await callServer<Detail>(options, 'GET', path(into));
  const body = { into: other.incident.id, reason: options.reason };
  const merged = await callServer<Incident>(options, 'POST', path(id, 'merge'), body);
  say(options, merged, `It is part of #${other.incident.number} now.`);
}

/** Resolves an incident. */
export async function resolveCommand(id: string, options: WithReason): Promise<void> {
  const done = await callServer<Incident>(options, 'POST', path(id, 'resolve'), { reason: options.reason });
  say(options, done, `Resolved #${done.number}.`);
}

/** Opens an incident again. */
export async function reopenCommand(id: string, options: WithReason): Promise<void> {
  const open = await callServer<Incident>(options, 'POST', path(id, 'reopen'), { reason: options.reason });
  say(options, open, `#${open.number} is open again.`);
}

function path(id: string, verb?: string): string {
  return `/ops/v1/incidents/${encodeURIComponent(id.replace(/^#/, ''))}${verb === undefined ? '' : `/${verb}`}`;
}

function say(options: Look, result: object, words: string): void {
  console.log(options.json ? JSON.stringify(result, null, 2) : words);
}
