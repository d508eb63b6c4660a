import type { StreamEvent } from '../api/live.ts';
import type { WrittenFact } from './observed-store.ts';

const TOPICS: Readonly<Record<string, StreamEvent['topic']>> = {
  incident: 'incident',
  chain: 'incident',
  page: 'incident',
  'partner-contact': 'incident',
  'playbook-run': 'incident',
  notice: 'notice',
  alert: 'alert',
  silence: 'alert',
  maintenance: 'alert',
  'maintenance-plan': 'alert',
  heartbeat: 'alert',
  override: 'duty',
  absence: 'duty',
  swap: 'duty',
  'hand-over': 'duty',
  feed: 'duty',
  ticket: 'ticket',
  retro: 'retro',
  improvement: 'improvement',
  edge: 'topology',
  change: 'topology',
  backtest: 'improvement',
  definition: 'improvement',
  forecast: 'level',
  event: 'level',
  loss: 'level',
  observation: 'observation',
  partner: 'partner',
  'partner-alarm': 'partner',
  'partner-ticket': 'partner',
};

/** Which pages a fact concerns: what a browser should ask for again. Null for none. */
export function topicOf(fact: WrittenFact): StreamEvent | null {
  const topic = TOPICS[fact.subjectKind];
  if (!topic) return null;
  return { topic, id: topic === 'incident' ? (fact.incidentId ?? fact.subjectId) : fact.subjectId };
}
