import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Improvement } from '../../src/improvement/index.ts';
import { onBoth } from '../support/place.ts';
import { inWorld } from '../support/world.ts';

onBoth('The circle', (database) => {
  test('an improvement is proved by replaying the incident, and adopted', () =>
    // A day of history is too short for expected levels: only the fixed limit fires.
    inWorld(database, { history: 1 / 7 }, async (world) => {
      await world.advance('10m');
      world.traffic.silent.add('north berlin');
      await world.advance('6m');
      await world.accept(world.link('amira'));
      world.traffic.silent.clear();
      await world.advance('15m');
      const { incident, retroId } = await world.incident();
      assert.equal(incident.state, 'resolved');
      type Definitions = { items: { kind: 'watermark'; rule: string; definition: string }[] };
      const { items } = await world.see<Definitions>('/ops/v1/rules/definitions');
      const mark = items.find(({ rule }) => rule === 'vehicle-heartbeats-low')!;
      const shorter = mark.definition.replace('for: 4m', 'for: 1m');
      assert.notEqual(shorter, mark.definition);
      const made = await world.officer<Improvement>('POST', '/ops/v1/improvements', {
        title: 'Look at heartbeats for one minute',
        retroId,
        incidentId: incident.id,
        change: { kind: mark.kind, rule: mark.rule, after: shorter },
      });
      const proved = await world.officer<Improvement>('POST', `/ops/v1/improvements/${made.id}/prove`);
      assert.equal(proved.state, 'proved');
      assert.equal(proved.proof?.earlierBy, 3 * 60_000);
      assert.equal(proved.proof.extraAlerts, 0);
      const decision = { version: proved.version, decision: 'adopted', reason: 'three minutes sooner' };
      const adopted = await world.officer<Improvement>('POST', `/ops/v1/improvements/${made.id}/decide`, decision);
      assert.equal(adopted.state, 'adopted');
      assert.equal((await world.detail(incident.id)).improvements[0]?.id, made.id);
    }));
});
