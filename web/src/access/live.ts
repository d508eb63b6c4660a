/**
 * One event stream per tab. The stream says which query to ask again; events are gathered for a moment, so that a
 * storm of 10,000 alerts asks once.
 */
import { useSyncExternalStore } from 'react';
import type { StreamEvent } from '../api-types.ts';
import { queryClient } from './query.ts';

const GATHER = 300;
const RETRY = 3_000;
/** What each topic changes, as first elements of query keys. */
const TOPICS: Record<StreamEvent['topic'], readonly string[]> = {
  incident: ['now', 'incidents', 'incident', 'topology'],
  alert: ['now', 'alerts', 'incident', 'silences', 'topology', 'maintenance', 'heartbeats'],
  topology: ['topology'],
  duty: ['now', 'duty', 'duty-around'],
  ticket: ['now', 'tickets', 'ticket', 'incident'],
  retro: ['retros', 'retro', 'incident'],
  improvement: ['now', 'improvements', 'improvement', 'retro', 'backtests', 'definitions'],
  notice: ['now', 'incident'],
  level: ['indicators', 'level', 'events', 'forecasts'],
  observation: ['now', 'observations', 'incident'],
  partner: ['partners', 'incident'],
};

export type Connection = 'connecting' | 'live' | 'lost';
let connection: Connection = 'connecting';
let source: EventSource | undefined;
let wasLost = false;
let gathering: number | undefined;
let lostTimer: number | undefined;
const due = new Set<string>();
const listeners = new Set<() => void>();

function become(next: Connection): void {
  connection = next;
  for (const each of listeners) each();
}

function gather(keys: readonly string[]): void {
  for (const key of keys) due.add(key);
  gathering ??= window.setTimeout(() => {
    gathering = undefined;
    const now = [...due];
    due.clear();
    for (const key of now) void queryClient.invalidateQueries({ queryKey: [key] });
  }, GATHER);
}

function hear(message: MessageEvent<string>): void {
  try {
    const event = JSON.parse(message.data) as StreamEvent;
    gather(TOPICS[event.topic] ?? []);
  } catch {
    // A comment or an event of a newer server: nothing this page knows to ask again.
  }
}

/** Opens the stream unless it is open. */
export function listen(): void {
  if (source !== undefined) return;
  source = new EventSource('/ops/v1/stream');
  source.addEventListener('open', () => {
    window.clearTimeout(lostTimer);
    // Whatever happened while nothing was heard has to be asked for.
    if (wasLost) void queryClient.invalidateQueries();
    wasLost = false;
    become('live');
  });
  source.addEventListener('message', hear);
  for (const topic of Object.keys(TOPICS)) source.addEventListener(topic, hear as EventListener);
  source.addEventListener('error', () => {
    wasLost = true;
    become('lost');
    if (source?.readyState === EventSource.CLOSED) {
      hush();
      lostTimer = window.setTimeout(listen, RETRY);
    }
  });
}

/** Closes the stream, on signing out. */
export function hush(): void {
  source?.close();
  source = undefined;
  window.clearTimeout(lostTimer);
}

/** Whether the page hears the server. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => connection,
  );
}
