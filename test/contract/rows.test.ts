/** Every port method of every stage: what is written is what is read, on each database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fault } from '../../src/core/fault.ts';
import { onEachDatabase, START, type Fresh } from './place.ts';
import * as sample from './sample.ts';

onEachDatabase('rows', (place) => {
  let fresh: Fresh;
  before(async () => {
    fresh = await place.fresh();
    await fresh.store.transact(async (tx) => {
      await tx.incidents.insert(sample.incident('inc_1', 1001));
      await tx.incidents.insert(sample.incident('inc_2', 1002));
    });
  });
  after(() => fresh.remove());

  test('accounts, sessions and tokens', async () => {
    await fresh.store.transact(async ({ access }) => {
      const account = sample.account('acc_1', 'ada');
      await access.insertAccount(account);
      assert.deepEqual(await access.accountByName('ada'), account);
      assert.equal(await access.accountByName('Ada'), null);
      await access.updateAccount('acc_1', { role: 'admin', disabledAt: START });
      assert.deepEqual(await access.accountById('acc_1'), { ...account, role: 'admin', disabledAt: START });
      assert.equal((await access.accounts()).length, 1);
      const session = sample.session('ses_1', 'acc_1');
      await access.insertSession(session);
      await access.insertSession(sample.session('ses_2', 'acc_1'));
      await access.touchSession('ses_1', START + 5, START + 50);
      assert.deepEqual(await access.sessionByHash('hash-ses_1'), {
        ...session,
        lastSeenAt: START + 5,
        expiresAt: START + 50,
      });
      await access.deleteSession('ses_1');
      assert.equal(await access.sessionByHash('hash-ses_1'), null);
      await access.deleteSessionsOf('acc_1');
      assert.equal(await access.sessionByHash('hash-ses_2'), null);
      const token = sample.token('tok_1');
      await access.insertToken(token);
      assert.deepEqual(await access.tokenByHash('hash-tok_1'), token);
      await access.touchToken('tok_1', START + 1);
      assert.equal(await access.revokeToken('tok_1', START + 2), true);
      assert.equal(await access.revokeToken('tok_1', START + 3), false, 'revoked once');
      assert.equal(await access.revokeToken('tok_none', START + 3), false);
      assert.deepEqual(await access.tokens(), [{ ...token, lastUsedAt: START + 1, revokedAt: START + 2 }]);
      assert.equal(await access.setting('server-secret', 'first'), 'first');
      assert.equal(await access.setting('server-secret', 'second'), 'first', 'the first one stays');
    });
  });

  test('a signal is kept whole, and its key makes it the same signal', async () => {
    await fresh.store.transact(async ({ signals }) => {
      const first = sample.signal('sig_1', { idempotencyKey: 'k' });
      assert.equal(await signals.insert(first), true);
      assert.equal(await signals.insert(sample.signal('sig_2', { idempotencyKey: 'k' })), false);
      assert.equal(await signals.insert(sample.signal('sig_3', { idempotencyKey: 'k', source: 'webhook:x' })), true);
      assert.equal(
        await signals.insert(sample.signal('sig_4', { receivedAt: START + 5 })),
        true,
        'no key: never the same',
      );
      assert.equal(await signals.insert(sample.signal('sig_5', { receivedAt: START + 10 })), true);
      assert.deepEqual(await signals.byId('sig_1'), first);
      assert.equal(await signals.byId('sig_2'), null);
      const found = await signals.between(START, START + 10);
      assert.deepEqual(
        found.map(({ id }) => id),
        ['sig_1', 'sig_3', 'sig_4'],
      );
    });
  });

  test('heartbeats, observations and what was quarantined', async () => {
    await fresh.store.transact(async ({ signals }) => {
      const beat = sample.heartbeat('hb');
      await signals.saveHeartbeat(beat);
      await signals.saveHeartbeat({ ...beat, state: 'alive', lastSeenAt: START });
      assert.deepEqual(await signals.heartbeat('hb'), { ...beat, state: 'alive', lastSeenAt: START });
      assert.equal((await signals.heartbeats()).length, 1);
      const first = sample.observation('obs_1');
      await signals.insertObservation(first);
      await signals.insertObservation(sample.observation('obs_2', { at: START + 1, inTrip: false }));
      await signals.insertObservation(sample.observation('obs_3', { at: START + 2 }));
      await signals.attachObservation('obs_2', 'inc_1');
      const ids = async (filter: Parameters<typeof signals.observations>[0]): Promise<string[]> =>
        (await signals.observations(filter)).map(({ id }) => id);
      assert.deepEqual(await ids({}), ['obs_3', 'obs_2', 'obs_1']);
      assert.deepEqual(await ids({ limit: 1 }), ['obs_3']);
      assert.deepEqual(await ids({ incidentId: 'inc_1' }), ['obs_2']);
      assert.deepEqual(await ids({ unattached: true, since: START + 1 }), ['obs_3']);
      assert.deepEqual((await signals.observations({ unattached: true })).at(-1), first);
      const aside = { id: 'qua_1', kind: 'webhook', receivedAt: START, reason: 'why', body: 'nul \u0000 here' };
      await signals.quarantine(aside);
      const open = { headers: {}, cut: false, state: 'open', settledAt: null, settledBy: null };
      assert.deepEqual(await signals.quarantined(5), [{ ...aside, ...open, body: 'nul \uFFFD here' }]);
    });
  });

  test('one open alert for a fingerprint', async () => {
    const first = sample.alert('alt_1', { fingerprint: 'same' });
    await fresh.store.transact(async ({ alerts }) => {
      await alerts.insert(first);
      assert.deepEqual(await alerts.byId('alt_1'), first);
      assert.deepEqual(await alerts.openByFingerprint('same'), first);
    });
    await assert.rejects(
      fresh.store.transact(({ alerts }) => alerts.insert(sample.alert('alt_2', { fingerprint: 'same' }))),
    );
    await fresh.store.transact(async ({ alerts }) => {
      await alerts.update('alt_1', { state: 'resolved', resolvedAt: START + 9, value: null });
      assert.equal(await alerts.openByFingerprint('same'), null);
      await alerts.insert(sample.alert('alt_2', { fingerprint: 'same', state: 'pending' }));
      assert.equal((await alerts.openByFingerprint('same'))?.id, 'alt_2');
      assert.deepEqual(await alerts.byId('alt_1'), { ...first, state: 'resolved', resolvedAt: START + 9, value: null });
      await alerts.update('alt_2', {});
    });
  });

  test('alerts are listed by state, incident and page, and expire in order', async () => {
    await fresh.store.transact(async ({ alerts }) => {
      for (let index = 0; index < 7; index++) {
        await alerts.insert(sample.alert(`list_${index}`, { incidentId: 'inc_list', expiresAt: START + 100 - index }));
      }
      await alerts.insert(
        sample.alert('list_7', { incidentId: 'inc_list', state: 'resolved', resolvedAt: START + 50 }),
      );
      const pages: string[][] = [];
      for (let next: string | null | undefined; next !== null;) {
        const page = await alerts.list({
          incidentId: 'inc_list',
          limit: 3,
          ...(next === undefined ? {} : { after: next }),
        });
        pages.push(page.items.map(({ id }) => id));
        next = page.next;
      }
      assert.deepEqual(pages, [
        ['list_7', 'list_6', 'list_5'],
        ['list_4', 'list_3', 'list_2'],
        ['list_1', 'list_0'],
      ]);
      const ids = async (filter: Parameters<typeof alerts.list>[0]): Promise<string[]> =>
        (await alerts.list(filter)).items.map(({ id }) => id);
      assert.deepEqual(await ids({ states: [], incidentId: 'inc_list' }), []);
      assert.deepEqual(await ids({ states: ['resolved'], incidentId: 'inc_list' }), ['list_7']);
      assert.deepEqual(await ids({ states: ['resolved'], incidentId: 'inc_list', since: START + 51 }), []);
      assert.ok((await ids({ loose: true })).every((id) => !id.startsWith('list_')));
      assert.deepEqual(
        (await alerts.expired(START + 96, 2)).map(({ id }) => id),
        ['list_6', 'list_5'],
      );
    });
  });

  test('many alerts at once: inserted, found by fingerprint, seen again, listed raw, held', async () => {
    await fresh.store.transact(async ({ alerts }) => {
      const made = Array.from({ length: 130 }, (_, index) =>
        sample.alert(`many_${String(index).padStart(3, '0')}`, {
          fingerprint: `many${String(index).padStart(3, '0')}`,
          expiresAt: START + 5000 + index,
          heldBy: index < 2 ? 'group' : null,
          inhibitedBy: index === 5 ? 'source' : null,
          severity: index === 7 ? 'info' : 'critical',
        }),
      );
      await alerts.insertAll(made);
      await alerts.insertAll([]);
      const found = await alerts.openByFingerprints([...made.map(({ fingerprint }) => fingerprint), 'nobody']);
      assert.deepEqual(
        found.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        made,
      );
      const change = { id: made[3]!.id, lastSeenAt: START + 7, expiresAt: START + 9, count: 12 };
      await alerts.seen([change, { ...change, id: made[4]!.id, expiresAt: null }]);
      assert.deepEqual(await alerts.byId(made[3]!.id), { ...made[3]!, ...change });
      assert.equal((await alerts.byId(made[4]!.id))?.expiresAt, null);
      assert.equal(await alerts.nextExpiry(), START + 9);
      const raw = await alerts.firing('many004', 2);
      assert.deepEqual(
        raw.map(({ fingerprint, inhibitedBy, labels }) => [fingerprint, inhibitedBy, JSON.parse(labels)]),
        [
          ['many005', 'source', made[5]!.labels],
          ['many006', null, made[6]!.labels],
        ],
      );
      assert.deepEqual(
        (await alerts.held('group')).map(({ id }) => id),
        ['many_000', 'many_001'],
      );
      assert.deepEqual(
        (await alerts.list({ severities: ['info'], limit: 5 })).items.map(({ id }) => id),
        ['many_007'],
      );
      const fits = ({ id }: { id: string }): boolean => id.startsWith('many_') && Number(id.slice(5)) % 50 === 0;
      const first = await alerts.list({ fits, limit: 2 });
      assert.deepEqual([first.items.map(({ id }) => id), first.next], [['many_100', 'many_050'], 'many_050']);
      const second = await alerts.list({ fits, limit: 2, after: first.next! });
      assert.deepEqual([second.items.map(({ id }) => id), second.next], [['many_000'], null]);
    });
  });

  test('sides of inhibition rules and groups that were told', async () => {
    await fresh.store.transact(async ({ alerts }) => {
      const side = { rule: 'r', equalKey: 'city', fingerprint: 'f', isSource: true, isTarget: false };
      const sides = ['a', 'b', 'c'].map((alertId) => ({ ...side, alertId }));
      await alerts.insertSides([...sides, { ...side, alertId: 'd', equalKey: 'other' }]);
      assert.deepEqual(await alerts.sidesOf('r', 'city'), sides);
      assert.deepEqual(await alerts.removeSides(['b', 'nobody']), [sides[1]]);
      assert.equal((await alerts.sidesOf('r', 'city')).length, 2);
      assert.equal(await alerts.clearSides(), true);
      assert.equal(await alerts.clearSides(), false);
      assert.equal(await alerts.groupToldAt('g'), null);
      await alerts.saveGroupToldAt('g', START);
      await alerts.saveGroupToldAt('g', START + 5);
      assert.equal(await alerts.groupToldAt('g'), START + 5);
      await alerts.forgetGroups(START + 5);
      assert.equal(await alerts.groupToldAt('g'), START + 5);
      await alerts.forgetGroups(START + 6);
      assert.equal(await alerts.groupToldAt('g'), null);
    });
  });

  test('silences and maintenance end early and are kept', async () => {
    await fresh.store.transact(async ({ alerts }) => {
      await alerts.insertSilence(sample.silence('sil_1'));
      assert.deepEqual(await alerts.silence('sil_1'), sample.silence('sil_1'));
      assert.equal((await alerts.silences(START + 59_999)).length, 1);
      assert.equal((await alerts.silences(START + 60_000)).length, 0);
      assert.equal(await alerts.endSilence('sil_1', START + 1), true);
      assert.equal(await alerts.endSilence('sil_none', START + 1), false);
      assert.equal((await alerts.silences())[0]?.endsAt, START + 1);
      assert.equal(await alerts.updateSilence('sil_1', { comment: 'anew', updatedAt: START + 2 }), true);
      assert.equal(await alerts.updateSilence('sil_none', { comment: 'anew' }), false);
      assert.equal((await alerts.silence('sil_1'))?.comment, 'anew');
      await alerts.insertMaintenance(sample.maintenance('mai_1'));
      await alerts.insertMaintenance(sample.maintenance('mai_2', { announced: false, endsAt: START + 5 }));
      assert.deepEqual(await alerts.maintenances(START + 5), [sample.maintenance('mai_1')]);
      assert.equal(await alerts.endMaintenance('mai_1', START + 2), true);
      assert.equal(await alerts.endMaintenance('mai_none', START + 2), false);
      assert.equal((await alerts.maintenances()).length, 2);
    });
  });

  test('incidents: numbers, versions, links', async () => {
    await fresh.store.transact(async ({ incidents }) => {
      await incidents.lockCorrelation();
      assert.equal(await incidents.nextNumber(), 1);
      assert.equal(await incidents.nextNumber(), 2);
      assert.deepEqual(await incidents.byId('inc_1'), sample.incident('inc_1', 1001));
      assert.deepEqual(
        (await incidents.live()).map(({ id }) => id),
        ['inc_1', 'inc_2'],
      );
      assert.equal(await incidents.update('inc_2', 1, { state: 'resolved', resolvedAt: START + 5, cause: null }), true);
      assert.equal(await incidents.update('inc_2', 1, { title: 'late' }), false, 'somebody was faster');
      const changed = await incidents.byId('inc_2');
      assert.deepEqual(
        [changed?.state, changed?.version, changed?.cause, changed?.title],
        ['resolved', 2, null, sample.incident('x', 1).title],
      );
      assert.deepEqual(
        (await incidents.list({ states: ['resolved'] })).items.map(({ id }) => id),
        ['inc_2'],
      );
      const link = {
        incidentId: 'inc_1',
        memberKind: 'alert',
        memberId: 'alt_1',
        linkedAt: START,
        linkedBy: 'rule',
        reason: 'same city',
        evidence: [{ weight: 1, words: 'same city' }],
        cameFrom: null,
      } as const;
      await incidents.link(link);
      await incidents.link(link);
      await incidents.link({ ...link, memberKind: 'observation', linkedAt: START + 1 });
      assert.equal((await incidents.links('inc_1')).length, 2);
      await incidents.unlink('inc_1', 'observation', 'alt_1');
      assert.deepEqual(await incidents.links('inc_1'), [link]);
    });
  });

  test('correlation: keys find live incidents, signatures, rankings, lessons, changes and edges are kept', async () => {
    await fresh.store.transact(async ({ incidents, correlation }) => {
      await incidents.insert(sample.incident('inc_c1', 2001));
      await incidents.insert(sample.incident('inc_c2', 2002));
      const signature = {
        anchors: ['n'],
        kinds: ['a/b'],
        pairs: ['x=1'],
        mentions: [],
        calls: ['n>m'],
        sketches: [[1, 2]],
        lastAt: START,
      };
      await correlation.putSignature('inc_c1', signature, ['c:north', 'l:x=1']);
      await correlation.putSignature('inc_c1', { ...signature, lastAt: START + 1 }, ['c:north']);
      await correlation.putSignature('inc_c2', signature, ['c:north']);
      assert.equal((await correlation.signature('inc_c1')).lastAt, START + 1);
      assert.deepEqual((await correlation.signature('inc_none')).kinds, []);
      const found = await correlation.candidates(['c:north', 'c:none'], Number.MAX_SAFE_INTEGER, 10);
      assert.deepEqual(
        found.map(({ id, signature: known }) => [id, known.kinds]),
        [
          ['inc_c1', ['a/b']],
          ['inc_c2', ['a/b']],
        ],
      );
      assert.deepEqual(await correlation.candidates([], 0, 10), []);
      assert.deepEqual(
        [...(await correlation.keyCounts(['c:north', 'l:x=1', 'no']))].sort(([a], [b]) => (a < b ? -1 : 1)),
        [
          ['c:north', 2],
          ['l:x=1', 1],
        ],
      );
      assert.equal(await incidents.update('inc_c1', 1, { state: 'resolved', resolvedAt: START + 9 }), true);
      const ids = async (since: number): Promise<string[]> =>
        (await correlation.candidates(['c:north'], since, 10)).map(({ id }) => id);
      assert.deepEqual(await ids(START + 10), ['inc_c2']);
      assert.deepEqual(await ids(START + 9), ['inc_c1', 'inc_c2'], 'one resolved since counts');
      assert.deepEqual(await correlation.alike(['c:north', 'l:x=1'], 'inc_c2', 5), [{ id: 'inc_c1', keys: 2 }]);

      assert.equal(await correlation.ranking('inc_c1'), null);
      const measures = { askedAt: START, abstained: 'engine-away', why: 'away', explanation: null, calls: [] } as const;
      const ranking = { at: START, abstained: 'torn', causes: [], measured: true, measures };
      await correlation.putRanking('inc_c1', { ...ranking, measured: false, measures: null });
      await correlation.putRanking('inc_c1', ranking);
      assert.deepEqual(await correlation.ranking('inc_c1'), ranking);

      const lesson = {
        id: 'les_1',
        a: 'k1',
        b: 'k2',
        verdict: 'apart',
        by: 'Amira',
        incidentId: 'inc_c1',
        at: START,
      } as const;
      await correlation.insertLesson(lesson);
      assert.deepEqual(
        await correlation.lessons(['k1', 'k2', 'k3']),
        new Map([
          ['k1', [lesson]],
          ['k2', [lesson]],
        ]),
      );
      assert.deepEqual(await correlation.lessons(['k2']), new Map([['k2', [lesson]]]));
      await correlation.forgetLessons('inc_c1');
      assert.deepEqual(await correlation.lessons(['k1']), new Map());

      const change = {
        id: 'chg_1',
        at: START,
        kind: 'deploy',
        component: 'north',
        title: '4.2',
        source: 'ci',
        url: null,
        recordedAt: START + 1,
      };
      assert.deepEqual([await correlation.insertChange(change), await correlation.insertChange(change)], [true, false]);
      assert.deepEqual(await correlation.changes(START, START, 5), [change]);
      assert.deepEqual(await correlation.changes(START + 1, START + 2, 5), []);

      const edge = {
        id: 'a->b',
        caller: 'a',
        callee: 'b',
        evidence: [{ words: 'seen', value: 1.5 }],
        state: 'proposed',
        firstSeenAt: START,
        lastSeenAt: START,
        decidedBy: null,
        decidedAt: null,
        reason: null,
      } as const;
      await correlation.putEdge(edge);
      await correlation.putEdge({ ...edge, state: 'rejected', decidedBy: 'Amira', decidedAt: START });
      assert.deepEqual([(await correlation.edge('a->b'))?.state, (await correlation.edges()).length], ['rejected', 1]);
      assert.equal(await correlation.edge('no'), null);
    });
  });

  test('overrides, chains and pages', async () => {
    await fresh.store.transact(async ({ actions }) => {
      await actions.insertOverride(sample.override('ovr_1'));
      await actions.insertOverride(sample.override('ovr_2', { startsAt: START + 1 }));
      assert.equal(await actions.cancelOverride('ovr_2', START), true);
      assert.equal(await actions.cancelOverride('ovr_2', START), false);
      assert.deepEqual(await actions.overrides(START), [sample.override('ovr_1')]);
      assert.deepEqual(await actions.overrides(START + 60_000), []);
      const chain = sample.chain('chn_1', 'inc_1');
      await actions.insertChain(chain);
      await actions.updateChain('chn_1', { nextStep: 1, nextActionAt: null });
      assert.deepEqual(await actions.chain('chn_1'), { ...chain, nextStep: 1, nextActionAt: null });
      assert.equal((await actions.chainsOf('inc_1')).length, 1);
      const page = sample.page('pag_1', 'key', 'inc_1');
      assert.equal(await actions.insertPage(page), true);
      assert.equal(await actions.insertPage(sample.page('pag_2', 'key', 'inc_1')), false, 'the same page');
      assert.deepEqual(await actions.page('pag_1'), page);
      await actions.updatePage('pag_1', { state: 'handed-over', receipt: '250 ok' });
      assert.equal((await actions.pageByAcceptHash('hash-pag_1'))?.receipt, '250 ok');
      assert.equal(await actions.pageByAcceptHash('hash-pag_2'), null);
      assert.equal((await actions.pagesOf('inc_1')).length, 1);
    });
  });

  test('notices, partner contacts and playbook runs', async () => {
    await fresh.store.transact(async ({ actions }) => {
      const notice = sample.notice('not_1', 'inc_1', START);
      await actions.insertNotice(notice);
      await actions.insertNotice(sample.notice('not_2', 'inc_2', START + 1));
      assert.deepEqual(await actions.noticesOf('inc_1'), [notice]);
      assert.deepEqual(
        (await actions.notices(START, 5)).map(({ id }) => id),
        ['not_2', 'not_1'],
      );
      assert.equal((await actions.notices(START + 2, 5)).length, 0);
      const contact = sample.contact('con_1', 'key', 'inc_1');
      assert.equal(await actions.insertPartnerContact(contact), true);
      assert.equal(await actions.insertPartnerContact(sample.contact('con_2', 'key', 'inc_1')), false);
      await actions.updatePartnerContact('con_1', { state: 'failed', lastError: 'busy', attempts: 2 });
      const changed = { ...contact, state: 'failed', lastError: 'busy', attempts: 2 };
      assert.deepEqual(await actions.partnerContact('con_1'), changed);
      assert.deepEqual(await actions.partnerContactsOf('inc_1'), [changed]);
      const run = sample.playbookRun('pbr_1', 'inc_1');
      await actions.insertPlaybookRun(run);
      await actions.updatePlaybookRun('pbr_1', { state: 'recovered', results: [], finishedAt: START + 3 });
      assert.deepEqual(await actions.playbookRun('pbr_1'), {
        ...run,
        state: 'recovered',
        results: [],
        finishedAt: START + 3,
      });
      assert.equal((await actions.playbookRunsOf('inc_1')).length, 1);
    });
  });

  test('tickets, retros and improvements', async () => {
    await fresh.store.transact(async ({ tickets, retros, improvements }) => {
      const number = await tickets.nextNumber();
      assert.equal(number, 1);
      const ticket = sample.ticket('tic_1', number, { incidentId: 'inc_1' });
      await tickets.insert(ticket);
      await tickets.insert(sample.ticket('tic_2', await tickets.nextNumber()));
      assert.deepEqual(await tickets.byId('tic_1'), ticket);
      assert.deepEqual(await tickets.ofIncident('inc_1'), [ticket]);
      assert.equal(await tickets.update('tic_1', 1, { state: 'done', closedAt: START }), true);
      assert.equal(await tickets.update('tic_1', 1, { state: 'open' }), false);
      assert.deepEqual(
        (await tickets.list({ states: ['open'] })).items.map(({ id }) => id),
        ['tic_2'],
      );
      const first = await tickets.list({ limit: 1 });
      assert.equal(first.next, 'tic_2');
      assert.equal((await tickets.list({ limit: 1, after: 'tic_2' })).next, null);
      const retro = sample.retro('ret_1', 'inc_1');
      await retros.insert(retro);
      assert.deepEqual(await retros.ofIncident('inc_1'), retro);
      assert.equal(await retros.ofIncident('inc_2'), null);
      assert.equal(await retros.update('ret_1', 1, { state: 'held' }), true);
      assert.equal(await retros.update('ret_1', 1, { state: 'closed' }), false);
      assert.deepEqual(await retros.byId('ret_1'), { ...retro, state: 'held', version: 2 });
      assert.equal((await retros.list()).length, 1);
      const improvement = sample.improvement('imp_1', await improvements.nextNumber());
      await improvements.insert(improvement);
      assert.deepEqual(await improvements.byId('imp_1'), improvement);
      assert.equal(await improvements.update('imp_1', 1, { change: null, state: 'rejected' }), true);
      assert.equal(await improvements.update('imp_1', 1, { state: 'proved' }), false);
      assert.deepEqual(await improvements.list(), [{ ...improvement, change: null, state: 'rejected', version: 2 }]);
    });
  });

  test('a row that refers to nothing is refused', async () => {
    await assert.rejects(
      fresh.store.transact(({ actions }) => actions.insertChain(sample.chain('chn_x', 'inc_none'))),
      (error) => !(error instanceof Fault),
    );
  });
});
