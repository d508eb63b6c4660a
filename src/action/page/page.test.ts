import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ActionWorld, OFFICER } from '../../../test/fakes/action-world.ts';
import { accept, open, resolve } from '../../incident/index.ts';
import type { Incident } from '../../incident/incident.ts';
import { LAST_TRY, pauseAfter, spreadOf } from '../backoff.ts';
import { acceptByLink, describeLink, fallbackPage, overrideDuty, pageFallback } from '../index.ts';
import { oneLine } from './text.ts';

const MINUTE = 60_000;
/** Marek is on duty, Amira is the deputy and the fallback. */
const NOON = Date.UTC(2026, 10, 3, 11);

describe('a page', () => {
  let world: ActionWorld;
  let incident: Incident;
  beforeEach(async () => {
    world = ActionWorld.open(NOON);
    const input = {
      title: 'Vehicles\r\nsilent',
      severity: 'critical',
      functions: ['unlock'],
      cities: ['berlin'],
    } as const;
    incident = await open(world.deps, OFFICER, input);
  });
  const secretOf = (): string => /\/accept\/([\w-]+)/.exec(world.sent[0]!.message.text)![1]!;
  const pages = () => world.read((tx) => tx.actions.pagesOf(incident.id));

  it('says what is hurt, since when, and how to accept, on one header line', async () => {
    await world.drain();
    const { subject, text, thread, data } = world.sent[0]!.message;
    assert.equal(subject, '[Kiez Mobil] #1 critical: Vehicles silent');
    assert.match(text, /^Hurt: Unlock in Berlin$/m);
    assert.match(text, /^Since: 12:00 \(Europe\/Berlin\)$/m);
    assert.match(text, /^Alerts: 0$/m);
    assert.match(text, /^Probable cause: not known yet$/m);
    assert.match(text, /^Incident: http:\/\/localhost:8642\/incidents\/inc_/m);
    assert.match(text, /You are paged as focal person on duty \(chain member-facing, step 2\)/);
    assert.equal(thread, incident.id);
    assert.equal(data!['type'], 'incident.page');
  });

  it('keeps no acceptance secret in clear', async () => {
    await world.drain();
    const secret = secretOf();
    assert.ok(secret.length >= 43);
    assert.ok(!JSON.stringify([...world.store.state.pages.values(), world.store.state.journal]).includes(secret));
  });

  it('that is refused is tried again with the same key, with growing pauses', async () => {
    let tries = 0;
    const keys = new Set<string>();
    world.refuses = (channel, message) => {
      if (channel !== 'email') return false;
      keys.add(message.key);
      return ++tries <= 2;
    };
    await world.pass(MINUTE / 2);
    assert.deepEqual(world.to('email'), ['marek@kiez-mobil.example']);
    assert.equal(keys.size, 1);
    const page = (await pages()).find(({ channel }) => channel === 'email')!;
    assert.deepEqual([page.state, page.attempts, page.lastError], ['handed-over', 3, null]);
  });

  it('that fails three times is followed by another way, and by the fallback when there is none', async () => {
    world.refuses = (channel, { to }) => channel === 'email' && to.startsWith('marek');
    await world.pass(MINUTE / 2);
    assert.deepEqual(world.to('email'), ['amira@kiez-mobil.example']);
    assert.deepEqual(world.to('webhook'), ['https://phone.example/amira']);
    const failed = (await world.journal(incident.id)).filter(({ fact }) => fact === 'page.failed');
    assert.deepEqual(
      failed.map(({ reason }) => reason),
      ['another-way-is-tried'],
    );
    assert.match((await pages()).find(({ person }) => person === 'amira')!.reason, /marek could not be reached/);
  });

  it('to somebody with two channels goes by the other one, without the fallback', async () => {
    world = ActionWorld.open(NOON);
    const duty = { person: 'amira', startsAt: NOON, endsAt: NOON + 60 * MINUTE, reason: 'stands in' };
    await overrideDuty(world.deps, world.services, OFFICER, duty);
    world.refuses = (channel) => channel === 'email';
    incident = await open(world.deps, OFFICER, { title: 'x', severity: 'major' });
    await world.pass(MINUTE / 2);
    assert.deepEqual(world.to('webhook'), ['https://phone.example/amira']);
    const people = (await pages()).map(({ person, channel }) => `${person} ${channel}`);
    assert.deepEqual(people.length, new Set(people).size, 'nobody is paged twice by the same channel');
  });

  it('is given up after its last try, and says so', async () => {
    world.refuses = (channel, { to }) => channel === 'email' && to.startsWith('marek');
    await world.pass(45 * MINUTE);
    const first = (await pages()).find(({ channel, person }) => channel === 'email' && person === 'marek')!;
    assert.deepEqual([first.state, first.attempts], ['failed', LAST_TRY]);
    const reasons = (await world.journal(incident.id)).filter(({ subject }) => subject.id === first.id);
    assert.deepEqual(
      reasons.map(({ reason }) => reason),
      ['another-way-is-tried', 'given-up'],
    );
  });

  it('is not sent when somebody was faster', async () => {
    world.refuses = () => true;
    await world.drain();
    await accept(world.deps, OFFICER, { id: incident.id });
    world.refuses = () => false;
    await world.pass(20 * MINUTE);
    assert.deepEqual(world.sent, []);
    assert.ok((await pages()).every(({ state }) => state === 'cancelled'));
  });

  it('is accepted by its link, which tells who has it when it is used again', async () => {
    await world.drain();
    const secret = secretOf();
    const seen = await describeLink(world.deps, world.services, secret);
    assert.deepEqual([seen.incident.state, seen.person.name], ['open', 'Marek Nowak']);
    const used = await acceptByLink(world.deps, world.services, secret);
    assert.deepEqual([used.outcome, used.acceptedBy], ['accepted', 'Marek Nowak']);
    const again = await acceptByLink(world.deps, world.services, secret);
    assert.deepEqual([again.outcome, again.acceptedBy], ['already-accepted', 'Marek Nowak']);
    const facts = (await world.journal(incident.id)).map(({ fact }) => fact);
    assert.equal(facts.filter((fact) => fact === 'incident.accepted').length, 1);
    assert.equal(facts.filter((fact) => fact === 'page.accepted').length, 1);
    const page = await world.read((tx) => tx.actions.pageByAcceptHash(world.services.secrets.hash(secret)));
    assert.equal(page!.acceptedAt, NOON);
    await world.pass(20 * MINUTE);
    assert.deepEqual(world.to('email'), ['marek@kiez-mobil.example'], 'nobody else is woken');
  });

  it('tells that it is over when the link is used too late, and nothing about a link that is not one', async () => {
    await world.drain();
    await resolve(world.deps, OFFICER, { id: incident.id, reason: 'over' });
    assert.equal((await acceptByLink(world.deps, world.services, secretOf())).outcome, 'over');
    await assert.rejects(acceptByLink(world.deps, world.services, 'guessed-secret'), (error: Error) => {
      assert.match(error.message, /no acceptance link/);
      assert.doesNotMatch(error.message, /guessed/);
      return true;
    });
  });
});

describe('the fallback', () => {
  const raw = { key: 'sig_1', subject: 'Alert\r\ncould not be routed', text: '{"alertname":"CarrierAlarm"}' };

  it('gets the raw text by every channel when routing is broken', async () => {
    const world = ActionWorld.open(NOON);
    await world.store.transact((tx) => tx.work.enqueue(fallbackPage(raw)));
    await world.drain();
    assert.deepEqual(
      world.sent.map(({ channel, message }) => `${channel} ${message.to}`),
      ['email amira@kiez-mobil.example', 'webhook https://phone.example/amira', 'log amira'],
    );
    assert.equal(world.sent[0]!.message.text, raw.text);
    assert.equal(world.sent[0]!.message.subject, '[Kiez Mobil] Alert could not be routed');
    assert.equal(world.store.state.journal.at(-1)!.fact, 'page.fallback-sent');
  });

  it('is reached when one channel takes it; the log alone is not enough', async () => {
    const world = ActionWorld.open(NOON);
    world.refuses = (channel) => channel === 'email';
    assert.match((await pageFallback(world.services, raw)).join('\n'), /webhook: 250 taken/);
    world.refuses = (channel) => channel !== 'log';
    await assert.rejects(pageFallback(world.services, raw), /Paging the fallback Amira Haddad failed/);
  });
});

describe('pauses between tries', () => {
  it('double up to five minutes and are spread over the upper half', () => {
    assert.deepEqual([pauseAfter(1, 0), pauseAfter(1, 1), pauseAfter(4, 1)], [500, 1000, 8000]);
    assert.equal(pauseAfter(40, 1), 300_000);
    assert.ok(spreadOf('00ffffff') < 1 && spreadOf('00000000') === 0);
  });
});

describe('text for headers', () => {
  it('stands on one line and has an end', () => {
    assert.equal(oneLine('a\r\nBcc: b\u0000\u2028c'), 'a Bcc: b c');
    assert.equal(oneLine('x'.repeat(400)).length, 300);
  });
});
