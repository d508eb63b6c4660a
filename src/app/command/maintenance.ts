import type { z } from 'zod';
import type * as contract from '../../api/contract.ts';
import { parseMatchers } from '../../alert/matcher-text.ts';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { Fault } from '../../core/fault.ts';
import { callServer, type ServerOptions } from './server-call.ts';
import { instantOf } from './when.ts';

type List = z.infer<typeof contract.maintenanceList>;

interface PlanOptions extends ServerOptions {
  readonly match?: readonly string[];
  readonly component?: readonly string[];
  readonly function?: readonly string[];
  readonly from?: string;
  readonly for: string;
  readonly rule?: string;
  readonly starts?: string;
  readonly zone?: string;
  readonly notice?: string;
  readonly tell?: readonly string[];
  readonly members?: boolean;
}

/** Lists announced work and plans of what recurs. */
export async function listMaintenance(options: ServerOptions & { readonly json?: boolean }): Promise<void> {
  const { items, plans } = await callServer<List>(options, 'GET', '/ops/v1/maintenance');
  if (options.json) return console.log(JSON.stringify({ items, plans }, null, 2));
  const current = items.filter(({ state }) => state !== 'expired');
  for (const { id, title, state, startsAt, endsAt } of current)
    console.log(`${id}  ${state}  ${iso(startsAt)} to ${iso(endsAt)}  ${title}`);
  for (const { id, title, rule, starts, zone, duration, next } of plans) {
    console.log(`${id}  ${rule} from ${starts} ${zone} for ${formatDuration(duration)}  ${title}`);
    for (const { startsAt, endsAt } of next) console.log(`    next: ${iso(startsAt)} to ${iso(endsAt)}`);
  }
  if (current.length + plans.length === 0) console.log('No work is announced.');
}

/** Announces work: once, or by a rule again and again. */
export async function planMaintenanceCommand(title: string, options: PlanOptions): Promise<void> {
  const duration = parseDuration(options.for);
  const terms = {
    title,
    matchers: (options.match ?? []).flatMap(parseMatchers),
    components: options.component ?? [],
    functions: options.function ?? [],
    announced: options.members ?? false,
    notice: options.notice === undefined ? null : parseDuration(options.notice),
    tell: options.tell ?? [],
  };
  if (options.rule === undefined) {
    const startsAt = options.from === undefined ? Date.now() : instantOf(options.from, '--from');
    const body = { ...terms, startsAt, endsAt: startsAt + duration };
    const made = await callServer<List['items'][number]>(options, 'POST', '/ops/v1/maintenance', body);
    return console.log(`Announced ${made.id}: ${iso(made.startsAt)} to ${iso(made.endsAt)}.`);
  }
  if (options.starts === undefined) {
    throw new Fault('bad_request', {
      what: 'With --rule, say with --starts when it begins first, such as 2026-10-04T02:00.',
    });
  }
  const { rule, starts, zone } = options;
  const body = { ...terms, rule, starts, duration, ...(zone === undefined ? {} : { zone }) };
  const made = await callServer<List['plans'][number]>(options, 'POST', '/ops/v1/maintenance/plans', body);
  console.log(`Planned ${made.id}: ${made.rule}. The next ones:`);
  for (const { startsAt, endsAt } of made.next) console.log(`  ${iso(startsAt)} to ${iso(endsAt)}`);
}

/** Ends a window now, or calls it off; ends a plan. */
export async function endMaintenanceCommand(id: string, options: ServerOptions): Promise<void> {
  const path = id.startsWith('mpl_') ? 'plans/' : '';
  await callServer(options, 'DELETE', `/ops/v1/maintenance/${path}${encodeURIComponent(id)}`);
  console.log(`Ended ${id}.`);
}

function iso(at: number): string {
  return new Date(at).toISOString().slice(0, 16) + 'Z';
}
