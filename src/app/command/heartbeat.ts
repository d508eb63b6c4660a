import type { z } from 'zod';
import type * as contract from '../../api/contract.ts';
import { formatDuration } from '../../core/duration.ts';
import { callServer, type ServerOptions } from './server-call.ts';

type List = z.infer<typeof contract.heartbeatList>;

/** Lists heartbeats: how they stand, when they were heard and are due. */
export async function listHeartbeats(options: ServerOptions & { readonly json?: boolean }): Promise<void> {
  const { items } = await callServer<List>(options, 'GET', '/ops/v1/heartbeats');
  if (options.json) return console.log(JSON.stringify(items, null, 2));
  if (items.length === 0) return console.log('No heartbeat is configured.');
  for (const { id, title, state, every, cron, zone, lastSeenAt, dueAt } of items) {
    const rhythm = cron === null ? `every ${formatDuration(every)}` : `${cron} ${zone}`;
    const due = dueAt === null ? '' : `, due ${iso(dueAt)}`;
    console.log(`${id}  ${state}  ${rhythm}  heard ${lastSeenAt === null ? 'never' : iso(lastSeenAt)}${due}  ${title}`);
  }
}

/** Pauses a heartbeat, or expects it again. */
export async function turnHeartbeat(id: string, verb: 'pause' | 'resume', options: ServerOptions): Promise<void> {
  await callServer(options, 'POST', `/ops/v1/heartbeats/${encodeURIComponent(id)}/${verb}`);
  console.log(verb === 'pause' ? `${id} is paused.` : `${id} is expected again.`);
}

/** Makes an address by which a heartbeat is told without a token; it is printed once. */
export async function addressHeartbeat(id: string, options: ServerOptions): Promise<void> {
  const path = `/ops/v1/heartbeats/${encodeURIComponent(id)}/addresses`;
  const { url } = await callServer<{ url: string }>(options, 'POST', path);
  console.log(url);
}

function iso(at: number): string {
  return new Date(at).toISOString().slice(0, 16) + 'Z';
}
