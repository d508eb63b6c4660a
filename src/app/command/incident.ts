import { callServer, type ServerOptions } from './server-call.ts';
import { momentOf, utcWords } from './when.ts';

/** How a verb on an incident is called from the command line. */
export interface IncidentOptions extends ServerOptions {
  readonly json?: boolean;
  readonly reason?: string;
  readonly text?: string;
}

interface Care {
  readonly nextUpdateAt: number | null;
  readonly snoozedUntil: number | null;
  readonly owner: { readonly name: string } | null;
}

/** The one who has it sleeps over it, for so long or until an instant. */
export async function snoozeCommand(incident: string, until: string, options: IncidentOptions): Promise<void> {
  const body = { until: momentOf(until, 'until', Date.now()), ...reasonOf(options) };
  const care = await post<Care>(options, incident, 'snooze', body);
  say(options, care, `Snoozed until ${iso(care.snoozedUntil)}.`);
}

/** Ends a snooze. */
export async function wakeCommand(incident: string, options: IncidentOptions): Promise<void> {
  say(options, await post<Care>(options, incident, 'wake', {}), 'Awake.');
}

/** Says that one is still on it. */
export async function confirmCommand(incident: string, options: IncidentOptions): Promise<void> {
  say(options, await post<Care>(options, incident, 'confirm', {}), 'Noted: you are on it.');
}

/** Promises the next update, perhaps with one of now. */
export async function promiseCommand(incident: string, at: string, options: IncidentOptions): Promise<void> {
  const body = { at: momentOf(at, 'at', Date.now()), ...(options.text === undefined ? {} : { text: options.text }) };
  const care = await post<Care>(options, incident, 'promise', body);
  say(options, care, `The next update is promised for ${iso(care.nextUpdateAt)}.`);
}

/** Takes it. */
export async function acceptCommand(incident: string, options: IncidentOptions): Promise<void> {
  say(options, await post<object>(options, incident, 'accept', {}), 'You have it.');
}

/** Gives it back: escalation goes on. */
export async function giveBackCommand(incident: string, options: IncidentOptions): Promise<void> {
  say(options, await post<object>(options, incident, 'unaccept', reasonOf(options)), 'Given back.');
}

interface HandOver {
  readonly id: string;
  readonly dueAt: number;
  readonly state: string;
  readonly asked: readonly { readonly name: string }[];
}

/** Asks others to take it over. */
export async function handOverCommand(incident: string, to: string, options: IncidentOptions): Promise<void> {
  const asked = await post<HandOver>(options, incident, 'hand-over', { to, ...reasonOf(options) });
  const names = asked.asked.map(({ name }) => name).join(', ');
  say(
    options,
    asked,
    `${asked.id}: asked ${names}; it is yours until one accepts, which must be by ${iso(asked.dueAt)}.`,
  );
}

/** Answers a hand-over. */
export async function answerCommand(id: string, answer: string, options: IncidentOptions): Promise<void> {
  const path = `/ops/v1/incident-hand-overs/${encodeURIComponent(id)}`;
  const handOver = await callServer<HandOver>(options, 'POST', path, { answer });
  say(options, handOver, `The hand-over is ${handOver.state}.`);
}

interface SlaRow {
  readonly month: string;
  readonly severity: string;
  readonly functionName: string;
  readonly kind: string;
  readonly kept: number;
  readonly broken: number;
  readonly running: number;
  readonly share: number | null;
  readonly longest: number | null;
}

/** How agreed levels of service were kept. */
export async function slaCommand(
  options: ServerOptions & { readonly from?: string; readonly to?: string; readonly json?: boolean },
): Promise<void> {
  const query = new URLSearchParams();
  if (options.from !== undefined) query.set('from', options.from);
  if (options.to !== undefined) query.set('to', options.to);
  const report = await callServer<{ rows: readonly SlaRow[] }>(options, 'GET', `/ops/v1/sla?${query.toString()}`);
  if (options.json) return console.log(JSON.stringify(report, null, 2));
  if (report.rows.length === 0) return console.log('No clock ran in that time. Clocks are configured under sla.');
  console.log('month    severity  function              clock        kept broken running  share  longest');
  for (const { month, severity, functionName, kind, kept, broken, running, share, longest } of report.rows) {
    const percent = share === null ? '-' : `${(100 * share).toFixed(1)} %`;
    const words = [
      month.padEnd(8),
      severity.padEnd(9),
      (functionName === '*' ? 'all' : functionName).padEnd(21),
      kind.padEnd(12),
      String(kept).padStart(4),
      String(broken).padStart(6),
      String(running).padStart(7),
      percent.padStart(8),
      (longest === null ? '-' : `${Math.round(longest / 60_000)} min`).padStart(8),
    ];
    console.log(words.join(' ').trimEnd());
  }
}

function post<T>(options: IncidentOptions, incident: string, verb: string, body: object): Promise<T> {
  return callServer<T>(
    options,
    'POST',
    `/ops/v1/incidents/${encodeURIComponent(incident.replace(/^#/, ''))}/${verb}`,
    body,
  );
}

function reasonOf({ reason }: IncidentOptions): object {
  return reason === undefined ? {} : { reason };
}

function say(options: IncidentOptions, result: object, words: string): void {
  console.log(options.json ? JSON.stringify(result, null, 2) : words);
}

function iso(at: number | null): string {
  return at === null ? 'nothing' : utcWords(at);
}
