import { systemActor } from '../../core/actor.ts';
import { Fault } from '../../core/fault.ts';
import {
  addEvent,
  cancelEvent,
  changeEvent,
  endEvent,
  instantParam,
  type LevelEvent,
} from '../../expectation/index.ts';
import type { DataOptions } from './data-options.ts';
import { withApp } from './open-app.ts';
import { callServer, type ServerOptions } from './server-call.ts';

type EventOptions = DataOptions & ServerOptions & { readonly json?: boolean };

/** What the options of `event add` and `event change` say. */
interface Fields {
  readonly title?: string;
  readonly from?: string;
  readonly to?: string;
  readonly factor?: number;
  readonly indicator?: readonly string[];
  readonly match?: readonly string[];
}

type Body = Parameters<typeof addEvent>[2];
/** Of the server, which also tells those of the configuration. */
type Listed = Pick<LevelEvent, keyof Body | 'id'> & {
  readonly state?: string;
  readonly version: number | null;
  readonly createdBy: string | null;
  readonly cancelledAt?: number | null;
};

const ACTOR = systemActor('command line');

/** Adds an event: from its beginning to its end the level is another one. */
export async function addCommand(title: string, fields: EventOptions & Fields): Promise<void> {
  const { startsAt, endsAt, factor } = given(fields);
  if (startsAt === undefined || endsAt === undefined || factor === undefined)
    throw new Fault('bad_request', { what: 'An event needs --from, --to and --factor.' });
  const body = { title, startsAt, endsAt, factor, indicators: fields.indicator ?? [], series: labelsOf(fields.match) };
  const made =
    fields.url === undefined
      ? await withApp(fields, ({ context: { deps, config } }) =>
          addEvent({ ...deps, plan: () => config().plan }, ACTOR, body),
        )
      : await callServer<LevelEvent>(fields, 'POST', '/ops/v1/events', body);
  said(fields, made, 'Added');
}

/** Changes an event; what is not given stays. */
export async function changeCommand(id: string, fields: EventOptions & Fields): Promise<void> {
  const merged = ({ title, startsAt, endsAt, factor, indicators, series, version }: LevelEvent) => ({
    title: fields.title ?? title,
    indicators: fields.indicator ?? indicators,
    series: fields.match === undefined ? series : labelsOf(fields.match),
    startsAt,
    endsAt,
    factor,
    ...given(fields),
    version,
  });
  const made =
    fields.url === undefined
      ? await withApp(fields, async ({ store, context: { deps, config } }) => {
          const event = await store.read((tx) => tx.expectations.event(id));
          if (!event) throw new Fault('not_found', { what: 'event', id });
          return changeEvent({ ...deps, plan: () => config().plan }, ACTOR, id, merged(event));
        })
      : await callServer<LevelEvent>(fields, 'PUT', pathOf(id), merged(await onServer(fields, id)));
  said(fields, made, 'Changed');
}

/** Ends an event that is on. */
export async function endCommand(id: string, options: EventOptions): Promise<void> {
  const made =
    options.url === undefined
      ? await withApp(options, async ({ store, context: { deps } }) => {
          const event = await store.read((tx) => tx.expectations.event(id));
          if (!event) throw new Fault('not_found', { what: 'event', id });
          return endEvent(deps, ACTOR, id, { version: event.version });
        })
      : await callServer<LevelEvent>(options, 'POST', `${pathOf(id)}/end`, {
          version: (await onServer(options, id)).version,
        });
  said(options, made, 'Ended');
}

/** Cancels an event: it does not count, nor did it. */
export async function cancelCommand(id: string, options: EventOptions): Promise<void> {
  if (options.url === undefined) await withApp(options, ({ context: { deps } }) => cancelEvent(deps, ACTOR, id));
  else await callServer(options, 'DELETE', pathOf(id));
  console.log(`Cancelled the event ${id}.`);
}

/** Lists the events that are not over, in the order of their beginning; with `all` also those that are. */
export async function listCommand(options: EventOptions & { readonly all?: boolean }): Promise<void> {
  const items: readonly Listed[] =
    options.url === undefined
      ? await withApp(options, ({ store, context: { deps } }) =>
          store.read((tx) =>
            tx.expectations.events({ endsAfter: options.all ? 0 : deps.clock.now(), cancelled: options.all ?? false }),
          ),
        )
      : (await callServer<{ items: Listed[] }>(options, 'GET', '/ops/v1/events')).items.filter(
          ({ state }) => options.all || state === 'planned' || state === 'on',
        );
  if (options.json) return console.log(JSON.stringify(items, null, 2));
  if (items.length === 0) return console.log('No event was added.');
  for (const event of items) console.log(`${event.id}  ${words(event)}`);
}

async function onServer(options: ServerOptions, id: string): Promise<LevelEvent> {
  const { items } = await callServer<{ items: LevelEvent[] }>(options, 'GET', '/ops/v1/events');
  const found = items.find((event) => event.id === id);
  if (!found) throw new Fault('not_found', { what: 'event', id });
  if (id.startsWith('config:'))
    throw new Fault('bad_request', { what: `${id} stands in the configuration. Change it there, under "events".` });
  return found;
}

function given({ from, to, factor }: Fields): Partial<Pick<Body, 'startsAt' | 'endsAt' | 'factor'>> {
  return {
    ...(from === undefined ? {} : { startsAt: instant('--from', from) }),
    ...(to === undefined ? {} : { endsAt: instant('--to', to) }),
    ...(factor === undefined ? {} : { factor }),
  };
}

/** Seconds may be left out. */
function instant(name: string, text: string): number {
  return instantParam({ [name]: [text.replace(/(T\d\d:\d\d)(Z|[+-]\d\d:\d\d)$/i, '$1:00$2')] }, name);
}

function labelsOf(pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0) throw new Fault('bad_request', { what: `--match ${pair} is no label. Write it as city=berlin.` });
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function said({ json }: EventOptions, event: LevelEvent, verb: string): void {
  console.log(json ? JSON.stringify(event, null, 2) : `${verb} the event ${event.id}: ${words(event)}.`);
}

function words({ title, factor, startsAt, endsAt, indicators, series }: Pick<LevelEvent, keyof Body>): string {
  const about = [...indicators, ...Object.entries(series).map(([name, value]) => `${name}=${value}`)].join(', ');
  return `${title}, factor ${factor}, ${iso(startsAt)} to ${iso(endsAt)} UTC${about === '' ? '' : `, ${about}`}`;
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

function pathOf(id: string): string {
  return `/ops/v1/events/${encodeURIComponent(id)}`;
}
