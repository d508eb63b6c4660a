/** Alerts placed together, in one transaction, become what they become one by one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ALERT_FACTS } from '../../src/alert/index.ts';
import { severityOf } from '../../src/alert/severity.ts';
import type { Alert } from '../../src/alert/alert.ts';
import type { WorkItem } from '../../src/core/work.ts';
import { INCIDENT_WORK } from '../../src/incident/facts.ts';
import { attachWork } from '../../src/incident/work/attach.ts';
import { KIEZ, kiezSettings } from '../../src/incident/testing/kiez.ts';
import type { Tx } from '../../src/store/index.ts';
import { onEachDatabase, START, type Fresh, type Place } from './place.ts';

const SETTINGS = kiezSettings(readFileSync(KIEZ, 'utf8'));
const FLOW = {
  [ALERT_FACTS.fired]: [{ kind: INCIDENT_WORK.attach, priority: 1 }],
};
const MINUTE = 60_000;

/** The same alerts for the same seed: of a few services, carriers and cities, some quiet, some over, some strange. */
function alerts(seed: number, count: number): Alert[] {
  let state = seed;
  const dice = (sides: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % sides;
  };
  const pick = <T>(list: readonly T[]): T => list[dice(list.length)]!;
  return Array.from({ length: count }, (_, index) => {
    const labels: Record<string, string> = {
      alertname: pick(['UnlockFailures', 'HeartbeatsLow', 'PaymentsLow', 'Latency', 'DiskFull']),
      severity: pick(['critical', 'critical', 'warning', 'info']),
      ...(dice(3) > 0 ? { service: pick(['telematics', 'payment', 'vehicles', 'booking', 'nowhere']) } : {}),
      ...(dice(3) === 0 ? { carrier: pick(['north', 'south']) } : {}),
      ...(dice(2) === 0 ? { city: pick(['berlin', 'hamburg']) } : {}),
      ...(dice(3) === 0 ? { host: `db-${dice(3)}` } : {}),
      instance: String(index),
    };
    const over = dice(9) === 0;
    const startsAt = START - dice(40) * MINUTE;
    return {
      id: `alr_${String(index).padStart(4, '0')}`,
      fingerprint: `f${index}`,
      source: 'alertmanager',
      name: labels['alertname']!,
      labels,
      annotations: {
        summary: pick(['disk of the database is full', 'members cannot unlock vehicles', 'slow answers']),
      },
      severity: severityOf(labels),
      state: over ? 'resolved' : 'firing',
      startsAt,
      firedAt: startsAt,
      resolvedAt: over ? START : null,
      expiresAt: null,
      lastSeenAt: START,
      value: null,
      generatorUrl: null,
      count: 1,
      incidentId: null,
      silencedBy: dice(12) === 0 ? 'sil_1' : null,
      maintenanceBy: null,
      inhibitedBy: null,
      heldBy: null,
      flappingSince: null,
      flippedAt: null,
      calmAt: null,
      causeId: null,
    };
  });
}

async function placed(place: Place, seed: number, together: boolean): Promise<unknown> {
  const fresh: Fresh = await place.fresh(FLOW);
  const { store, clock, ids } = fresh;
  try {
    const handler = attachWork({ store, clock, ids, incidents: () => SETTINGS });
    assert.ok('inside' in handler && 'insideAll' in handler);
    // Some are there when the others come, so that there is something to read.
    for (const part of [alerts(seed, 60).slice(0, 20), alerts(seed, 60).slice(20)]) {
      await store.transact(async (tx) => {
        await tx.alerts.insertAll(part);
        const actor = { kind: 'system', id: 'alert', name: 'alert', roles: [] } as const;
        const rows = part.map(({ id, name }) => ({
          actor,
          fact: ALERT_FACTS.fired,
          subject: { kind: 'alert' as const, id },
          summary: name,
          data: { name },
        }));
        await tx.journal.appendAll(rows);
      });
      const items = await store.claim({ kinds: [handler.kind], limit: 100, leaseMs: 15_000, now: clock.now() });
      assert.equal(items.length, part.length);
      if (together) {
        const run = (tx: Tx, held: readonly WorkItem[]) => handler.insideAll!(tx, held);
        assert.deepEqual(await store.settleAll(items, run), []);
      } else for (const item of items) await store.settle(item, (tx) => handler.inside(tx, item));
      clock.advance(1000);
    }
    return await store.read((tx) => described(tx));
  } finally {
    await fresh.remove();
  }
}

/** Everything that was decided, without what is drawn by lot. */
async function described(tx: Tx): Promise<unknown> {
  const { items: incidents } = await tx.incidents.list({});
  const numberOf = new Map(incidents.map(({ id, number }) => [id, number]));
  const told = [];
  for (const { id, mergedInto, ...incident } of incidents.toSorted((a, b) => a.number - b.number)) {
    const links = await tx.incidents.links(id);
    const facts = await tx.journal.ofIncident(id);
    const signature = await tx.correlation.signature(id);
    told.push({
      ...incident,
      mergedInto: mergedInto && numberOf.get(mergedInto),
      links: links
        .map(({ memberId, reason, evidence, cameFrom }) => ({
          memberId,
          reason,
          evidence,
          cameFrom: cameFrom && numberOf.get(cameFrom),
        }))
        .toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1)),
      facts: facts.map(
        ({ fact, subject, reason }) => `${fact} ${subject.kind === 'alert' ? subject.id : ''} ${reason}`,
      ),
      signature,
      counts: [...(await tx.correlation.keyCounts(signature.pairs.map((pair) => `l:${pair}`)))].toSorted(([a], [b]) =>
        a < b ? -1 : 1,
      ),
      waits: await tx.work.isOpen(INCIDENT_WORK.assess, id),
    });
  }
  const { items } = await tx.alerts.list({});
  const alertsOf = items.map(({ id, incidentId }) => [id, incidentId && numberOf.get(incidentId)]);
  return { told, alertsOf };
}

onEachDatabase('alerts placed together', (place) => {
  const seeds = place.name === 'PostgreSQL' ? [1, 2] : [1, 2, 3, 4, 5, 6];
  for (const seed of seeds) {
    test(`seed ${seed}: the same incidents, members, reasons and facts as one by one`, async () => {
      assert.deepEqual(await placed(place, seed, true), await placed(place, seed, false));
    });
  }
});
