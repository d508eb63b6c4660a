import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tmf621Partner } from '../fakes/tmf621-partner.ts';
import { onBoth, onSqlite } from '../support/place.ts';
import { inWorld, type World, type WorldOptions } from '../support/world.ts';

const options = (tickets: object = {}): WorldOptions => ({
  config: {
    partners: [
      {
        name: 'carrier-north',
        title: 'Carrier North',
        promise: { resolve: '4h' },
        tickets: { url: 'https://oss.carrier-north.example/tmf-api/troubleTicket/v5', ...tickets },
      },
      { name: 'carrier-south', title: 'Carrier South' },
    ],
    chains: [
      { name: 'all', steps: [{ do: 'open-ticket' }, { after: '1m', do: 'open-partner-ticket', partner: 'cause' }] },
    ],
  },
});

function play(world: World, version: '4' | '5' = '5'): Tmf621Partner {
  const partner = new Tmf621Partner(() => world.clock.now(), version);
  world.outside.partner = (request) => partner.request(request);
  return partner;
}

const silent = (world: World) => world.alert({ alertname: 'VehiclesSilent', carrier: 'north', city: 'berlin' });

async function facts(world: World, id: string): Promise<string[]> {
  return (await world.journal(id)).map(({ fact }) => fact).filter((fact) => fact.startsWith('partner.ticket'));
}

onBoth('Tickets at partners by TMF621', (database) => {
  test('a chain opens a ticket at the partner behind the cause; its state, promise and notes come back', () =>
    inWorld(database, options(), async (world) => {
      const partner = play(world);
      await silent(world);
      await world.advance('2m');
      assert.equal(partner.tickets.size, 1);
      const [id, opened] = [...partner.tickets.entries()][0]!;
      assert.match(String(opened['description']), /Berlin/);
      const { incident, partnerTickets, tickets } = await world.incident();
      assert.deepEqual([partnerTickets[0]?.remoteId, partnerTickets[0]?.remoteStatus], [id, 'acknowledged']);
      const promised = world.clock.now() + 30 * 60_000;
      partner.work(id, { status: 'inProgress', expectedResolutionDate: new Date(promised).toISOString() });
      partner.note(id, 'A fibre was cut in Mitte.');
      const callback = new URL([...partner.hubs.values()][0]!).pathname;
      const event = await world.ask('POST', `${callback}/listener/troubleTicketStatusChangeEvent`, { eventType: 'x' });
      assert.equal(event.statusCode, 204, 'the event makes us look at once');
      await world.settle();
      const [mirrored] = (await world.detail(incident.id)).partnerTickets;
      assert.deepEqual(
        [mirrored?.state, mirrored?.remoteStatus, mirrored?.promisedAt],
        ['open', 'inProgress', promised],
      );
      assert.deepEqual(
        mirrored?.notes.map(({ text, origin }) => [text, origin]),
        [['A fibre was cut in Mitte.', 'partner']],
      );
      assert.deepEqual(await facts(world, incident.id), [
        'partner.ticket-asked',
        'partner.ticket-opened',
        'partner.ticket-changed',
        'partner.ticket-changed',
        'partner.ticket-noted',
      ]);
      const own = await world.see<{ history: { summary: string }[] }>(`/ops/v1/tickets/${tickets[0]!.id}`);
      assert.ok(
        own.history.some(({ summary }) => summary.includes('A fibre was cut in Mitte.')),
        'it stands on our ticket too',
      );
    }));

  test('nothing goes round: our own note comes back and is no news, the end is told once', () =>
    inWorld(database, options({ close: true }), async (world) => {
      const partner = play(world);
      await silent(world);
      await world.advance('2m');
      const { incident, partnerTickets } = await world.incident();
      await world.officer('POST', `/ops/v1/partner-tickets/${partnerTickets[0]!.id}/note`, {
        text: 'Still silent in Mitte.',
      });
      await world.advance('11m');
      const id = [...partner.tickets.keys()][0]!;
      const texts = () => partner.tickets.get(id)!.note.map(({ text }) => text);
      assert.deepEqual(texts().slice(1), ['Still silent in Mitte.']);
      const after = await facts(world, incident.id);
      assert.deepEqual(after.filter((fact) => fact === 'partner.ticket-noted').length, 1, 'only our own writing of it');
      await world.officer('POST', `/ops/v1/incidents/${incident.id}/resolve`, { reason: 'they are back' });
      await world.advance('11m');
      assert.equal(texts().length, 3);
      assert.match(String(texts()[2]), /On our side it is over since/);
      assert.equal(partner.tickets.get(id)!['status'], 'closed');
      const [closed] = (await world.detail(incident.id)).partnerTickets;
      assert.equal(closed?.state, 'closed');
      const patches = partner.calls.filter((call) => call.startsWith('PATCH')).length;
      await world.advance('30m');
      assert.equal(partner.calls.filter((call) => call.startsWith('PATCH')).length, patches, 'and then there is quiet');
    }));

  test('a person closes it with a word; a closed one takes no more, and one on its way cannot be closed', () =>
    inWorld(database, options(), async (world) => {
      const partner = play(world);
      await world.alert({ alertname: 'BookingsLow', service: 'booking' });
      const { incident, ticketPartners } = await world.incident();
      assert.deepEqual(
        ticketPartners.map(({ name }) => name),
        ['carrier-north'],
      );
      partner.loseAnswer = true;
      const path = `/ops/v1/incidents/${incident.id}/partner-ticket`;
      const { id } = await world.officer<{ id: string }>('POST', path, { partner: 'carrier-north' });
      const note = `/ops/v1/partner-tickets/${id}/note`;
      const body = { text: 'It was ours.', close: true };
      assert.equal((await world.ask('POST', note, body, await world.token('duty'))).statusCode, 409);
      await world.advance('2m');
      await world.officer('POST', note, body);
      await world.advance('11m');
      const [remote] = partner.tickets.values();
      assert.deepEqual([remote?.['status'], remote?.note.at(-1)?.['text']], ['closed', 'It was ours.']);
      const detail = await world.detail(incident.id);
      assert.deepEqual([detail.partnerTickets[0]?.state, detail.ticketPartners], ['closed', []]);
      assert.equal((await world.ask('POST', note, body, await world.token('duty'))).statusCode, 409);
    }));

  test('an answer that was lost does not open a second ticket', () =>
    inWorld(database, options(), async (world) => {
      const partner = play(world);
      partner.loseAnswer = true;
      await silent(world);
      await world.advance('3m');
      assert.equal(partner.tickets.size, 1);
      assert.equal((await world.incident()).partnerTickets[0]?.state, 'open', 'it was found by our identifier');
      assert.equal(partner.keys.length, 1);
    }));
});

onSqlite('Tickets at partners', (database) => {
  test('in version 4 our identifier is one text', () =>
    inWorld(
      database,
      options({ version: '4', url: 'https://oss.carrier-north.example/tmf-api/troubleTicket/v4' }),
      async (world) => {
        const partner = play(world, '4');
        await silent(world);
        await world.advance('2m');
        const [ticket] = partner.tickets.values();
        assert.equal(ticket?.['externalId'], (await world.incident()).partnerTickets[0]?.id);
        assert.equal(ticket?.['externalIdentifier'], undefined);
      },
    ));

  test('a person opens one by hand, once; a partner without tickets is said so', () =>
    inWorld(database, options(), async (world) => {
      const partner = play(world);
      await world.alert({ alertname: 'BookingsLow', service: 'booking' });
      const { incident } = await world.incident();
      const path = `/ops/v1/incidents/${incident.id}/partner-ticket`;
      await world.officer('POST', path, { partner: 'carrier-north' });
      await world.officer('POST', path, { partner: 'carrier-north' });
      assert.equal(partner.tickets.size, 1);
      const answer = await world.ask('POST', path, { partner: 'carrier-south' }, await world.token('duty'));
      assert.match(answer.json<{ detail: string }>().detail, /takes no tickets/);
      await world.advance('2m');
      const left = (await world.journal(incident.id)).find(({ fact }) => fact === 'chain.step-left-out');
      assert.equal(left?.reason, 'own-cause', 'the chain has nobody to ask');
      const view = await world.see<{ partners: { name: string; tickets: object[] }[] }>('/ops/v1/partners');
      assert.equal(view.partners[0]?.tickets.length, 1);
      const ledger = await world.see<{ rows: { partner: string; promiseBy: string }[]; months: object[] }>(
        '/ops/v1/partners/ledger',
      );
      assert.deepEqual(
        ledger.rows.map((row) => [row.partner, row.promiseBy]),
        [['carrier-north', 'contract']],
      );
      assert.equal(ledger.months.length, 1);
      assert.match((await world.send('GET', '/ops/v1/partners/ledger.csv')).payload, /^partner,incident,title/);
    }));
});
