import { NO_SIGNATURE, type Signature } from '../correlate/sign.ts';
import type { Edge } from '../edge.ts';
import type { Incident, Ranking } from '../incident.ts';
import type { StoredLesson } from '../lesson.ts';
import type { IncidentTx, RecordedChange } from '../ports.ts';

/** What correlation stores, in memory. @param all the incidents */
export function correlationTables(all: readonly Incident[]): IncidentTx['correlation'] {
  const index = new Map<string, Set<string>>();
  const signatures = new Map<string, Signature>();
  const rankings = new Map<string, Ranking>();
  const lessons: StoredLesson[] = [];
  const changes: RecordedChange[] = [];
  const edges = new Map<string, Edge>();
  const under = (keys: readonly string[]): Map<string, number> => {
    const found = new Map<string, number>();
    for (const key of keys) for (const id of index.get(key) ?? []) found.set(id, (found.get(id) ?? 0) + 1);
    return found;
  };
  return {
    candidates: async (keys, since, limit) => {
      const found = under(keys);
      return all
        .filter(({ id }) => found.has(id))
        .filter(({ state, resolvedAt }) => state !== 'merged' && (state !== 'resolved' || (resolvedAt ?? 0) >= since))
        .slice(0, limit)
        .map((incident) => ({ ...incident, signature: signatures.get(incident.id) ?? NO_SIGNATURE }));
    },
    liveUnder: async (keys) => {
      const live = all.filter(({ state }) => state === 'open' || state === 'accepted');
      const found = under(keys);
      return {
        incidents: live
          .filter(({ id }) => found.has(id))
          .map((incident) => ({ ...incident, signature: signatures.get(incident.id) ?? NO_SIGNATURE })),
        under: new Map(
          keys.map((key) => [key, live.filter(({ id }) => index.get(key)?.has(id)).map(({ id }) => id)] as const),
        ),
      };
    },
    keyCounts: async (keys) =>
      new Map(keys.filter((key) => index.has(key)).map((key) => [key, index.get(key)!.size] as const)),
    incidentCount: async () => all.length,
    signature: async (id) => signatures.get(id) ?? NO_SIGNATURE,
    putSignature: async (id, signature, keys) => {
      signatures.set(id, signature);
      for (const key of keys) index.set(key, (index.get(key) ?? new Set()).add(id));
    },
    ranking: async (id) => rankings.get(id) ?? null,
    rankings: async (ids) => new Map([...rankings].filter(([id]) => ids.includes(id))),
    putRanking: async (id, ranking) => void rankings.set(id, ranking),
    alike: async (keys, except, limit) =>
      [...under(keys)]
        .filter(([id]) => id !== except && all.some((one) => one.id === id && one.state === 'resolved'))
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, limit)
        .map(([id, count]) => ({ id, keys: count })),
    insertLesson: async (lesson) => void lessons.unshift(lesson),
    lessons: async (kinds) =>
      new Map(kinds.map((kind) => [kind, lessons.filter(({ a, b }) => a === kind || b === kind)])),
    forgetLessons: async (incidentId) => {
      const kept = lessons.filter((lesson) => lesson.incidentId !== incidentId);
      lessons.splice(0, lessons.length, ...kept);
    },
    insertChange: async (change) => {
      if (changes.some(({ id }) => id === change.id)) return false;
      changes.push(change);
      return true;
    },
    changes: async (from, to, limit) =>
      changes
        .filter(({ at }) => at >= from && at <= to)
        .toSorted((a, b) => b.at - a.at)
        .slice(0, limit),
    edges: async () => [...edges.values()],
    edge: async (id) => edges.get(id) ?? null,
    putEdge: async (edge) => void edges.set(edge.id, edge),
  };
}
