import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Definition, Improvement } from '../../src/improvement/index.ts';
import { onBoth } from '../support/place.ts';
import { inWorld } from '../support/world.ts';

type Definitions = { items: { kind: 'watermark'; rule: string; definition: string }[] };

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
      const adopt = (version: number) =>
        world.officer<Improvement>('POST', `/ops/v1/improvements/${made.id}/decide`, {
          version,
          decision: 'adopted',
          reason: 'three minutes sooner',
        });
      const adopted = await adopt(proved.version);
      assert.equal(adopted.state, 'adopted');
      assert.equal((await world.detail(incident.id)).improvements[0]?.id, made.id);

      // It is in force at once, and the file is as it was.
      const inForce = async () => (await world.see<{ items: Definition[] }>('/ops/v1/definitions')).items;
      const [definition] = await inForce();
      assert.deepEqual([definition?.rule, definition?.improvementId], [mark.rule, made.id]);
      await world.advance('1m');
      const present = async () =>
        (await world.see<Definitions>('/ops/v1/rules/definitions')).items.find(({ rule }) => rule === mark.rule)!;
      assert.equal((await present()).definition, shorter);
      world.traffic.silent.add('north berlin');
      await world.advance('3m');
      const alerts = await world.allAlerts();
      assert.equal(alerts.filter(({ state }) => state === 'firing').length, 1, 'one minute is enough by now');
      world.traffic.silent.clear();
      await world.advance('15m');

      // Taking the decision back withdraws it, and the journal says both.
      await world.officer('POST', `/ops/v1/improvements/${made.id}/decide`, {
        version: adopted.version,
        decision: 'rejected',
        reason: 'too loud',
      });
      await world.advance('1m');
      assert.deepEqual(await inForce(), []);
      assert.equal((await present()).definition, mark.definition);
      const facts = await world.app.store.read((tx) => tx.journal.ofSubject('definition', definition!.id));
      assert.deepEqual(
        facts.map(({ fact, reason }) => [fact, reason]),
        [
          ['definition.activated', 'three minutes sooner'],
          ['definition.withdrawn', 'too loud'],
        ],
      );
    }));

  test('a change that is not proved, or whose rule is another one by now, is not put in force', () =>
    inWorld(database, { history: 1 / 7 }, async (world) => {
      await world.advance('10m');
      const { items } = await world.see<Definitions>('/ops/v1/rules/definitions');
      const mark = items.find(({ rule }) => rule === 'vehicle-heartbeats-low')!;
      const made = await world.officer<Improvement>('POST', '/ops/v1/improvements', {
        title: 'Look at heartbeats for one minute',
        change: { kind: mark.kind, rule: mark.rule, after: mark.definition.replace('for: 4m', 'for: 1m') },
      });
      const decide = async (version: number) => {
        const path = `/ops/v1/improvements/${made.id}/decide`;
        const body = { version, decision: 'adopted', reason: 'sooner' };
        const answer = await world.ask('POST', path, body, await world.token('duty'));
        return { status: answer.statusCode, why: answer.json<{ detail: string }>().detail };
      };
      assert.deepEqual(await decide(made.version), {
        status: 409,
        why: `Improvement ${made.number} changes a rule and is not proved. Prove it first.`,
      });
      const proved = await world.officer<Improvement>('POST', `/ops/v1/improvements/${made.id}/prove`);
      await world.officer('POST', '/ops/v1/definitions', {
        kind: mark.kind,
        rule: mark.rule,
        definition: mark.definition.replace('for: 4m', 'for: 2m'),
        reason: 'somebody else was faster',
      });
      const refused = await decide(proved.version);
      assert.equal(refused.status, 409);
      assert.match(refused.why, /was changed since improvement 1 was proposed/);
      const { state } = await world.see<Improvement>(`/ops/v1/improvements/${made.id}`);
      assert.equal(state, 'proved', 'the decision was not kept either');
    }));
});
