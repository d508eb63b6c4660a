import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ActionWorld, exampleSetting, OFFICER } from '../../../test/fakes/action-world.ts';
import type { Incident } from '../../incident/incident.ts';
import { open } from '../../incident/index.ts';
import { partnerFor } from './contact.ts';

const MINUTE = 60_000;
const CAUSE = {
  component: 'carrier-north',
  kind: 'partner',
  reasons: ['only vehicles over carrier north are silent'],
} as const;

describe('the partner', () => {
  it('behind the cause is written to, once, with the evidence in words', async () => {
    const world = ActionWorld.open(Date.UTC(2026, 10, 3, 11));
    const input = {
      title: 'Vehicles silent',
      severity: 'critical',
      functions: ['unlock'],
      cities: ['berlin'],
    } as const;
    const { id } = await open(world.deps, OFFICER, input);
    await world.store.transact((tx) => tx.incidents.update(id, 1, { cause: CAUSE }));
    await world.pass(6 * MINUTE);
    const letters = world.sent.filter(({ message }) => message.to === 'noc@carrier-north.example');
    assert.equal(letters.length, 1);
    const { subject, text, thread } = letters[0]!.message;
    assert.equal(subject, 'Kiez Mobil: we see an interruption at Carrier North (#1)');
    assert.match(text, /It began at 2026-11-03T11:00:00Z\./);
    assert.match(text, /- only vehicles over carrier north are silent/);
    assert.match(text, /- Unlock\n- Berlin/);
    assert.notEqual(thread, id, 'internal pages are another conversation');
    assert.ok((await world.facts(id)).includes('partner.contacted'));
    const [contact] = await world.read((tx) => tx.actions.partnerContactsOf(id));
    assert.deepEqual([contact!.state, contact!.attempts], ['handed-over', 1]);
  });

  it('that cannot be reached for long is given up, and that is told', async () => {
    const world = ActionWorld.open(Date.UTC(2026, 10, 3, 11));
    world.refuses = (_channel, { to }) => to.startsWith('noc@');
    const { id } = await open(world.deps, OFFICER, { title: 'x', severity: 'critical' });
    await world.store.transact((tx) => tx.incidents.update(id, 1, { cause: CAUSE }));
    await world.pass(60 * MINUTE);
    assert.ok((await world.facts(id)).includes('partner.contact-failed'));
  });

  it('is left out with a named reason when there is none to write to', () => {
    const setting = exampleSetting();
    const of = (component: string | null, wished = 'cause') => {
      const cause = component === null ? null : { component, kind: 'own', reasons: [] };
      const found = partnerFor(setting, { cause } as unknown as Incident, wished);
      return 'leftOut' in found ? found.leftOut : found.address;
    };
    assert.equal(of(null), 'no-cause');
    assert.equal(of('booking-backend'), 'own-cause');
    assert.equal(of('carrier-south'), 'noc@carrier-south.example');
    assert.equal(of(null, 'carrier-north'), 'noc@carrier-north.example');
    assert.equal(of(null, 'nobody'), 'no-such-partner');
  });
});
