import { readFileSync } from 'node:fs';
import { Fault } from '../../core/fault.ts';
import { Correlator, EventsFault, rankCauses, readEvents, signOf, suppressedBy } from '../../incident/index.ts';
import { readTopology } from './read-topology.ts';

interface CorrelateOptions {
  readonly topology: string;
  readonly events: string;
  readonly history: string | undefined;
  readonly distance: number;
  readonly within: number;
  readonly settle: number;
}

/** Puts recorded events together as the running program would have, and prints the incidents as JSON. */
export function correlateCommand(options: CorrelateOptions): void {
  const topology = readTopology(options.topology);
  const { distance, within, settle } = options;
  const correlator = new Correlator({ topology, rules: { distance, within }, settle });
  if (options.history !== undefined) correlator.remember(events(options.history));
  for (const event of events(options.events)) correlator.take(event);
  const incidents = correlator.incidents().map((incident) => {
    const alerts = incident.members.filter(({ kind }) => kind === 'alert');
    const under = suppressedBy(
      alerts.map(({ eventId: id, labels }) => ({ id, labels })),
      topology,
    );
    const ranking = rankCauses(
      alerts.map(({ labels, at }) => {
        const { mentions } = signOf(topology, { labels, text: '', opens: true, at });
        return { labels, startsAt: at, partner: null, mentions };
      }),
      topology,
    );
    return {
      number: incident.number,
      startedAt: new Date(incident.startedAt).toISOString(),
      openedAt: new Date(incident.openedAt).toISOString(),
      components: incident.components,
      cities: incident.cities,
      merged: incident.merged,
      abstained: ranking.abstained,
      causes: ranking.causes,
      members: incident.members.map(({ eventId: id, kind, labels, at, score, evidence }) => ({
        id,
        kind,
        at: new Date(at).toISOString(),
        labels,
        score: Math.round(score * 100) / 100,
        reasons: evidence.map(({ weight, words }) => ({ weight: Math.round(weight * 100) / 100, words })),
        under: under.get(id) ?? null,
      })),
    };
  });
  console.log(JSON.stringify({ counts: correlator.counts, incidents, loose: correlator.loose() }, null, 2));
}

function events(path: string): ReturnType<typeof readEvents> {
  try {
    return readEvents(readFileSync(path === '-' ? 0 : path, 'utf8'), path);
  } catch (error) {
    if (error instanceof EventsFault) throw new Fault('bad_request', { what: error.message });
    throw error;
  }
}
