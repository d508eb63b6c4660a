import type { z } from 'zod';
import type { Entry } from '../../core/journal.ts';
import { expectedAt, overdueAt, SIGNAL_FACTS, type Heartbeat, type PingUrl } from '../../signal/index.ts';
import type * as contract from '../contract.ts';

type View = z.infer<typeof contract.heartbeatList>['items'][number];
type Stretch = View['history'][number];

/** How far back the strip of a heartbeat goes. */
const HISTORY_MS = 30 * 86_400_000;

const STATE: Readonly<Record<string, Stretch['state']>> = {
  [SIGNAL_FACTS.heartbeatMissed]: 'missed',
  [SIGNAL_FACTS.heartbeatFailed]: 'failed',
  [SIGNAL_FACTS.heartbeatRecovered]: 'alive',
  [SIGNAL_FACTS.heartbeatPaused]: 'paused',
  [SIGNAL_FACTS.heartbeatResumed]: 'alive',
};

/** A heartbeat with when it is due, its addresses, and how it went in the last 30 days. */
export function heartbeatView(
  heartbeat: Heartbeat,
  urls: readonly PingUrl[],
  entries: readonly Entry[],
  now: number,
): View {
  const watched = heartbeat.state !== 'paused';
  const since = heartbeat.watchedSince ?? now;
  return {
    ...heartbeat,
    dueAt: watched ? finite(expectedAt(heartbeat, since)) : null,
    overdueAt: watched ? finite(overdueAt(heartbeat, since)) : null,
    addresses: urls
      .filter(({ heartbeatId }) => heartbeatId === heartbeat.id)
      .map(({ id, createdBy, createdAt }) => ({ id, createdBy, createdAt })),
    history: historyOf(heartbeat, entries, now),
  };
}

/** Stretches of states, oldest first, up to now. Before the first thing that was heard nothing is known. */
function historyOf({ state, lastSeenAt }: Heartbeat, entries: readonly Entry[], now: number): Stretch[] {
  const from = now - HISTORY_MS;
  const turns = entries.flatMap(({ fact, at }) => (STATE[fact] === undefined ? [] : [{ state: STATE[fact], at }]));
  const before = turns.findLast(({ at }) => at <= from);
  const list: Stretch[] = [];
  let open: { state: Stretch['state']; at: number } = { state: before?.state ?? 'unknown', at: from };
  for (const turn of turns.filter(({ at }) => at > from)) {
    // It was there before it went missing for the first time, unless it was never heard.
    if (open.state === 'unknown' && turn.state !== 'alive') open = { ...open, state: 'alive' };
    if (turn.state === open.state) continue;
    if (turn.at > open.at) list.push({ state: open.state, from: open.at, to: turn.at });
    open = turn;
  }
  if (open.state === 'unknown' && lastSeenAt !== null && state === 'alive') open = { ...open, state: 'alive' };
  list.push({ state: open.state, from: open.at, to: now });
  return list;
}

function finite(at: number): number | null {
  return Number.isFinite(at) ? at : null;
}
