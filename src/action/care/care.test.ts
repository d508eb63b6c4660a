import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ActionWorld, exampleSetting, OFFICER } from '../../../test/fakes/action-world.ts';
import type { Actor } from '../../core/actor.ts';
import type { Incident } from '../../incident/incident.ts';
import { accept, note, resolve, unaccept } from '../../incident/index.ts';
import { open } from '../../incident/index.ts';
import { notify, answerByLink } from '../index.ts';
import { confirm } from './verbs/confirm.ts';
import { answerHandOver, askHandOver } from './verbs/hand-over.ts';
import { promiseUpdate } from './verbs/promise.ts';
import { snooze, wakeUp } from './verbs/snooze.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Tuesday noon in Berlin; Marek is on duty, Amira is the deputy and accepts. */
const NOON = Date.UTC(2026, 10, 3, 11);
const JONAS: Actor = { kind: 'person', id: 'jonas', name: 'Jonas Weber', roles: ['duty'] };
const LENA: Actor = { kind: 'person', id: 'lena', name: 'Lena Costa', roles: ['duty'] };

describe('who has an incident', () => {
  let world: ActionWorld;
  let incident: Incident;
  beforeEach(async () => {
    world = ActionWorld.open(
      NOON,
      exampleSetting((document) =>
        Object.assign(document, {
          care: {
            acceptance: { critical: { remind: '40m', give_back: '10m' } },
            update: { critical: { every: '30m', remind: '5m', escalate: ['comms'] } },
            snooze: { critical: '30m', major: '4h' },
          },
          teams: [{ name: 'fleet', people: ['jonas', 'lena'] }],
          contacts: [{ role: 'comms', person: 'lena' }],
          sla: [],
          chains: [
            {
              name: 'one',
              steps: [
                { do: 'page', target: 'focal', by: ['email'] },
                { after: '5m', do: 'page', target: 'deputy', by: ['email'], only: 'unaccepted' },
              ],
              repeat: '15m',
            },
          ],
        }),
      ),
    );
    incident = await open(world.deps, OFFICER, {
      title: 'Vehicles silent',
      severity: 'critical',
      functions: ['unlock'],
      cities: ['berlin'],
    });
    await world.drain();
    await accept(world.deps, OFFICER, { id: incident.id });
    await world.drain();
    world.sent.length = 0;
  });

  const care = async () => (await world.read((tx) => tx.actions.care(incident.id)))!;
  const stored = async () => (await world.read((tx) => tx.incidents.byId(incident.id)))!;
  const facts = async (of: RegExp): Promise<string[]> =>
    (await world.journal(incident.id))
      .filter(({ fact }) => of.test(fact))
      .map(({ fact, reason }) => `${fact} ${reason}`);
  const mailed = (): string[] => world.to('email').map((to) => to.split('@')[0]!);
  const secretOf = (): string => world.sent.filter(({ channel }) => channel === 'email').at(-1)!.message.page!.secret;

  it('is known as a person, with a promise by the severity', async () => {
    const { owner, promisedAt, nextAt } = await care();
    assert.deepEqual([owner, promisedAt, nextAt], ['amira', NOON + 30 * MINUTE, NOON + 25 * MINUTE]);
  });

  it('without a word: told of the update, the broken promise, the acceptance; then the chain goes on', async () => {
    await world.pass(25 * MINUTE);
    assert.deepEqual(mailed(), ['amira'], 'the update is due soon');
    await world.pass(5 * MINUTE);
    assert.deepEqual(mailed(), ['amira', 'amira', 'lena'], 'overdue: the one who has it, and the comms role');
    await world.pass(10 * MINUTE);
    assert.deepEqual(mailed().slice(3), ['amira'], 'is somebody on it?');
    assert.match(world.sent.at(-1)!.message.text, /I am on it: http/);
    world.sent.length = 0;
    await world.pass(10 * MINUTE);
    assert.equal((await stored()).state, 'open');
    assert.ok(mailed().includes('marek'), 'the chain pages those it paged before');
    assert.deepEqual(await facts(/^(promise|acceptance|incident.unaccepted|chain.resumed)/), [
      'promise.reminded update-due-soon',
      'promise.broken update-overdue',
      'acceptance.reminded no-progress',
      'incident.unaccepted acceptance-timed-out',
      'chain.resumed given-back',
    ]);
    const [run] = await world.read((tx) => tx.actions.chainsOf(incident.id));
    assert.ok(run!.nextActionAt! > world.clock.now());
    assert.equal((await care()).promisesBroken, 1);
  });

  it('a note is progress and keeps the promise; what the machine writes is neither', async () => {
    await world.pass(20 * MINUTE);
    await note(world.deps, OFFICER, { id: incident.id, text: 'The route is being switched.' });
    await world.drain();
    const { progressAt, promisesKept, promisedAt } = await care();
    const now = NOON + 20 * MINUTE;
    assert.deepEqual([progressAt, promisesKept, promisedAt], [now, 1, now + 30 * MINUTE]);
    await world.pass(24 * MINUTE);
    assert.deepEqual(mailed(), []);
  });

  it('a word to members keeps the promise', async () => {
    await world.pass(20 * MINUTE);
    const input = { incidentId: incident.id, phase: 'identified', template: 'interruption' } as const;
    await notify(world.deps, world.services, OFFICER, input);
    await world.drain();
    assert.equal((await care()).promisesKept, 1);
  });

  it('confirming by the link of the reminder is progress, and the promise is still owed', async () => {
    await world.pass(40 * MINUTE);
    const used = await answerByLink(world.deps, world.services, secretOf(), { kind: 'accept' });
    assert.equal(used.outcome, 'confirmed');
    await world.pass(11 * MINUTE);
    assert.equal((await stored()).state, 'accepted');
    assert.equal((await care()).progressAt, NOON + 40 * MINUTE);
    assert.equal((await care()).promisesBroken, 1);
    await assert.rejects(confirm(world.deps, world.services, LENA, { id: incident.id }), /Amira Haddad/);
  });

  it("a promise of one's own; moving it needs a word", async () => {
    const promise = (at: number, text?: string) =>
      promiseUpdate(world.deps, world.services, OFFICER, { id: incident.id, at, text });
    await assert.rejects(promise(NOON + 2 * HOUR), /say something to move it/);
    await assert.rejects(promise(NOON - 1), /from now up to/);
    await promise(NOON + 2 * HOUR, 'A technician drives there.');
    await world.drain();
    const { promisedAt, promisedBy, promisesKept } = await care();
    assert.deepEqual([promisedAt, promisedBy, promisesKept], [NOON + 2 * HOUR, 'Amira Haddad', 1]);
    assert.ok((await facts(/noted/)).length === 1, 'the word is in the timeline');
    await promise(NOON + HOUR);
    assert.equal((await care()).promisedAt, NOON + HOUR, 'earlier needs no word');
  });

  it('sleeps over it, is asked nothing meanwhile, and is woken', async () => {
    await assert.rejects(
      snooze(world.deps, world.services, OFFICER, { id: incident.id, until: NOON + 31 * MINUTE }),
      /at most 30m/,
    );
    await assert.rejects(
      snooze(world.deps, world.services, LENA, { id: incident.id, until: NOON + MINUTE }),
      /Amira Haddad/,
    );
    await snooze(world.deps, world.services, OFFICER, { id: incident.id, until: NOON + 30 * MINUTE, reason: 'waits' });
    await world.pass(30 * MINUTE - 1);
    assert.deepEqual(mailed(), []);
    await world.pass(1);
    assert.deepEqual(mailed(), ['amira']);
    assert.deepEqual(await facts(/^snooze/), ['snooze.set waits', 'snooze.ended time-over']);
    const { snoozedUntil, promisedAt, progressAt } = await care();
    assert.deepEqual([snoozedUntil, promisedAt, progressAt], [null, NOON + HOUR, NOON + 30 * MINUTE]);
  });

  it('snoozed right after the acceptance stays snoozed, though the acceptance was not looked at yet', async () => {
    await unaccept(world.deps, OFFICER, { id: incident.id });
    await world.drain();
    world.clock.advance(MINUTE);
    await accept(world.deps, OFFICER, { id: incident.id });
    await snooze(world.deps, world.services, OFFICER, { id: incident.id, until: NOON + 10 * MINUTE });
    await world.drain();
    const { owner, snoozedUntil } = await care();
    assert.deepEqual([owner, snoozedUntil], ['amira', NOON + 10 * MINUTE]);
  });

  it('woken by hand tells nobody; given back ends the snooze', async () => {
    await snooze(world.deps, world.services, OFFICER, { id: incident.id, until: NOON + 30 * MINUTE });
    await wakeUp(world.deps, world.services, OFFICER, { id: incident.id });
    await assert.rejects(wakeUp(world.deps, world.services, OFFICER, { id: incident.id }), /not snoozed/);
    await snooze(world.deps, world.services, OFFICER, { id: incident.id, until: NOON + 30 * MINUTE });
    await world.drain();
    assert.deepEqual(mailed(), []);
    await unaccept(world.deps, OFFICER, { id: incident.id });
    await world.drain();
    assert.equal((await care()).snoozedUntil, null);
    assert.deepEqual(
      (await facts(/^snooze.ended/)).map((row) => row.split(' ')[1]),
      ['by-person', 'owner-changed'],
    );
  });

  it('hands it to a team: the first who accepts has it, and until then the giver does', async () => {
    await assert.rejects(
      askHandOver(world.deps, world.services, OFFICER, { id: incident.id, to: 'nobody' }),
      /Write one of: next, focal/,
    );
    await assert.rejects(
      askHandOver(world.deps, world.services, OFFICER, { id: incident.id, to: 'amira' }),
      /has it already/,
    );
    const asked = await askHandOver(world.deps, world.services, OFFICER, {
      id: incident.id,
      to: 'fleet',
      reason: 'a train',
    });
    await assert.rejects(
      askHandOver(world.deps, world.services, OFFICER, { id: incident.id, to: 'lena' }),
      /was asked already/,
    );
    await world.drain();
    assert.deepEqual(mailed(), ['jonas', 'lena']);
    assert.match(world.sent[0]!.message.subject, /Take over\?/);
    assert.equal((await stored()).acceptedBy, 'Amira Haddad');
    const used = await answerByLink(world.deps, world.services, secretOf(), { kind: 'accept' });
    assert.deepEqual([used.outcome, used.acceptedBy], ['taken-over', 'Lena Costa']);
    await world.drain();
    assert.equal((await care()).owner, 'lena');
    await assert.rejects(answerHandOver(world.deps, world.services, JONAS, asked.id, 'accepted'), /is accepted/);
    const [run] = await world.read((tx) => tx.actions.chainsOf(incident.id));
    assert.equal(run!.state, 'accepted', 'nobody is paged for it');
  });

  it('a hand-over that nobody answers comes back to the giver, and from there to the chain', async () => {
    await askHandOver(world.deps, world.services, OFFICER, { id: incident.id, to: 'jonas' });
    await world.pass(10 * MINUTE);
    assert.deepEqual(mailed(), ['jonas', 'amira']);
    await world.pass(10 * MINUTE);
    assert.equal((await stored()).state, 'open');
    assert.deepEqual(await facts(/^hand-over|unaccepted/), [
      'hand-over.asked null',
      'hand-over.expired not-answered',
      'incident.unaccepted acceptance-timed-out',
    ]);
  });

  it('declined by the last one who was asked, withdrawn, or moot', async () => {
    const ask = () => askHandOver(world.deps, world.services, OFFICER, { id: incident.id, to: 'fleet' });
    const first = await ask();
    await answerHandOver(world.deps, world.services, JONAS, first.id, 'declined');
    assert.equal((await world.read((tx) => tx.actions.incidentHandover(first.id)))!.state, 'asked');
    await assert.rejects(answerHandOver(world.deps, world.services, OFFICER, first.id, 'accepted'), /Jonas Weber/);
    await answerHandOver(world.deps, world.services, LENA, first.id, 'declined');
    assert.equal((await world.read((tx) => tx.actions.incidentHandover(first.id)))!.state, 'declined');
    const second = await ask();
    await assert.rejects(answerHandOver(world.deps, world.services, LENA, second.id, 'withdrawn'), /Amira Haddad/);
    await answerHandOver(world.deps, world.services, OFFICER, second.id, 'withdrawn');
    const third = await ask();
    await resolve(world.deps, OFFICER, { id: incident.id, reason: 'over' });
    await world.drain();
    assert.equal((await world.read((tx) => tx.actions.incidentHandover(third.id)))!.state, 'withdrawn');
    const { nextAt, promisedAt } = await care();
    assert.deepEqual([nextAt, promisedAt], [null, null], 'nothing is asked of what is over');
  });

  it('a page of a hand-over that is off is not sent', async () => {
    world.refuses = () => true;
    const asked = await askHandOver(world.deps, world.services, OFFICER, { id: incident.id, to: 'jonas' });
    await world.drain();
    await answerHandOver(world.deps, world.services, OFFICER, asked.id, 'withdrawn');
    world.refuses = () => false;
    await world.pass(5 * MINUTE);
    assert.deepEqual(mailed(), []);
  });

  it('answers of a page: snooze, give back, decline of what nobody asked', async () => {
    const secret = (await world.read((tx) => tx.actions.pagesOf(incident.id))).find(
      ({ channel }) => channel === 'email',
    )!;
    const link = world.services.secrets.derive(secret.key);
    const answer = (kind: 'confirm' | 'decline' | 'give-back') =>
      answerByLink(world.deps, world.services, link, { kind });
    // The page went to Marek, and Amira has it.
    assert.equal((await answer('give-back')).outcome, 'already-accepted');
    assert.equal((await answer('confirm')).outcome, 'already-accepted');
    assert.deepEqual([(await answer('decline')).outcome, (await stored()).acceptedBy], ['refused', 'Amira Haddad']);
    await unaccept(world.deps, OFFICER, { id: incident.id });
    const tooLong = await answerByLink(world.deps, world.services, link, { kind: 'snooze', span: HOUR });
    assert.match(tooLong.why ?? '', /at most 30m/);
    assert.equal((await stored()).acceptedBy, 'Marek Nowak', 'who wants to snooze it has it');
    const snoozed = await answerByLink(world.deps, world.services, link, { kind: 'snooze', span: 10 * MINUTE });
    assert.equal(snoozed.outcome, 'snoozed');
    assert.equal((await answer('give-back')).outcome, 'given-back');
    assert.equal((await stored()).state, 'open');
  });
});
