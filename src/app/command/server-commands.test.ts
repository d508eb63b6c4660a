import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, mock } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer, TOKEN, type TestServer } from '../../../test/support/server.ts';
import { Fault } from '../../core/fault.ts';
import * as duty from './duty.ts';
import * as event from './event.ts';
import * as look from './incident-look.ts';
import * as incident from './incident.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/kiez-mobil/', import.meta.url));
const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const HOUR = 3_600_000;

/** Commands that talk to a running server: what they print, and what the server then holds. */
describe('Commands at a running server', () => {
  let server: TestServer;
  let options: { url: string; tokenFile: string };
  before(async () => {
    server = await startServer({
      config: readFileSync(join(EXAMPLE, 'lamplighter.yaml'), 'utf8').replace('  - rules/*.yaml\n', ''),
    });
    const token = await server.admin<{ secret: string }>('POST', '/ops/v1/tokens', { name: 'cli', role: 'admin' });
    options = { url: server.url, tokenFile: join(server.directory, 'token') };
    writeFileSync(options.tokenFile, `${token.secret}\n`);
  });
  after(async () => {
    await server?.stop();
    server?.remove();
  });

  const told = async (run: () => Promise<void>): Promise<string> => {
    const said = mock.method(console, 'log', () => {});
    try {
      await run();
      return said.mock.calls.map((call) => String(call.arguments[0])).join('\n');
    } finally {
      said.mock.restore();
    }
  };
  const refused = (run: () => Promise<void>, words: RegExp): Promise<void> =>
    assert.rejects(run, (error) => error instanceof Fault && words.test(error.message));

  it('an incident is opened, looked at, taken, snoozed, promised, handed over, given back and ended', async () => {
    const made = await told(() =>
      look.openIncidentCommand('Doors stay shut', {
        ...options,
        severity: 'major',
        function: ['unlock'],
        city: ['berlin'],
      }),
    );
    const number = /^Opened #(\d+)\.$/.exec(made)?.[1];
    assert.ok(number, made);
    assert.match(
      await told(() => look.listIncidents({ ...options, state: 'open', limit: 50 })),
      new RegExp(`^#${number}  \\w+  open  since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC  Doors stay shut$`, 'm'),
    );
    assert.equal(await told(() => incident.acceptCommand(`#${number}`, options)), 'You have it.');
    assert.equal(await told(() => look.noteCommand(number, 'Two cars looked at', options)), 'Noted.');
    assert.equal(await told(() => incident.confirmCommand(number, options)), 'Noted: you are on it.');
    assert.match(await told(() => incident.snoozeCommand(number, '10m', options)), /^Snoozed until .* UTC\.$/);
    assert.equal(await told(() => incident.wakeCommand(number, options)), 'Awake.');
    const promised = await told(() => incident.promiseCommand(number, '20m', { ...options, text: 'We look on' }));
    assert.match(promised, /^The next update is promised for/);
    const asked = await told(() => incident.handOverCommand(number, 'lena', { ...options, reason: 'shift' }));
    const handOver = /^(\S+): asked Lena Costa; it is yours until/.exec(asked)?.[1];
    assert.ok(handOver, asked);
    assert.equal(
      await told(() => incident.answerCommand(handOver, 'withdrawn', options)),
      'The hand-over is withdrawn.',
    );
    const shown = await told(() => look.showIncident(number, options));
    assert.match(
      shown,
      /cli has it\.[\s\S]*The next update is promised[\s\S]*Two cars looked at[\s\S]*cli withdrew the hand-over/,
    );
    assert.equal(
      await told(() => incident.giveBackCommand(number, { ...options, reason: 'done here' })),
      'Given back.',
    );
    assert.equal(
      await told(() => look.resolveCommand(number, { ...options, reason: 'a fuse' })),
      `Resolved #${number}.`,
    );
    assert.equal(
      await told(() => look.reopenCommand(number, { ...options, reason: 'no' })),
      `#${number} is open again.`,
    );
    const second = /#(\d+)/.exec(
      await told(() => look.openIncidentCommand('Doors again', { ...options, severity: 'minor' })),
    )![1]!;
    const merged = await told(() => look.mergeCommand(second, number, { ...options, reason: 'the same' }));
    assert.equal(merged, `It is part of #${number} now.`);
  });

  it('levels of service are counted by month, for people and for programs', async () => {
    const rows = await told(() => incident.slaCommand(options));
    assert.match(rows, /^month +severity +function +clock +kept broken running +share +longest\n\d{4}-\d\d +\w+/);
    const report = JSON.parse(await told(() => incident.slaCommand({ ...options, json: true }))) as { rows: object[] };
    assert.equal(rows.split('\n').length - 1, report.rows.length);
    const long = { ...options, from: '2020-01', to: '2020-02' };
    assert.match(await told(() => incident.slaCommand(long)), /^No clock ran in that time/);
    await refused(() => incident.slaCommand({ ...options, from: '2026-13' }), /Write a month such as 2026-09/);
  });

  it('somebody stands in tonight, and it is cancelled; a swap is asked for and withdrawn', async () => {
    const before = await told(() => duty.showDuty({ ...options, days: 14 }));
    assert.match(before, /is on duty until .* Times of Europe\/Berlin\.\n.* is the deputy\./);
    const made = await told(() =>
      duty.overrideCommand('marek', { ...options, from: '18:00', for: '12h', reason: 'Amira is ill' }),
    );
    const id = /marek is on duty from \S+ 18:00 to \S+ 06:00 \(Europe\/Berlin\).*cancel (\S+)$/.exec(made)?.[1];
    assert.ok(id, made);
    assert.match(await told(() => duty.showDuty({ ...options, days: 2 })), new RegExp(`${id} +marek .*Amira is ill`));
    await told(() => duty.cancelOverrideCommand(id, options));
    assert.doesNotMatch(await told(() => duty.showDuty({ ...options, days: 2 })), /Overrides/);

    const plan = await server.ask<{ now: { focal: { id: string }; until: number } }>('GET', '/ops/v1/duty');
    const asker = plan.now.focal.id;
    const other = asker === 'jonas' ? 'lena' : 'jonas';
    const from = new Date(plan.now.until - HOUR).toISOString();
    const asked = await told(() =>
      duty.swapCommand(other, { ...options, asker, from, for: '30m', reason: 'a dentist' }),
    );
    const swap = /^(\S+): asked/.exec(asked)?.[1];
    assert.ok(swap, asked);
    assert.equal(await told(() => duty.answerSwapCommand(swap, 'withdrawn', options)), 'The swap is withdrawn.');
    assert.match(await told(() => duty.testPageCommand('lena', options)), /A test page is on its way to lena/);
    await refused(() => duty.overrideCommand('nobody', { ...options, for: '1h', reason: 'x' }), /nobody/);
    await refused(() => duty.overrideCommand('lena', { ...options, reason: '' }), /either --to .* or --for/);
  });

  it('events are added, changed, listed, ended and cancelled', async () => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const iso = (at: number): string => new Date(at).toISOString();
    const all = { ...options, config: 'lamplighter.yaml', json: true };
    const span = { from: iso(now - HOUR), to: iso(now + HOUR), factor: 1.8, indicator: ['bookings'] };
    const added = JSON.parse(await told(() => event.addCommand('Derby', { ...all, ...span }))) as { id: string };
    const changed = await told(() => event.changeCommand(added.id, { ...all, factor: 1.5 }));
    assert.equal((JSON.parse(changed) as { factor: number }).factor, 1.5);
    const listed = async (): Promise<string[]> =>
      (JSON.parse(await told(() => event.listCommand(all))) as { title: string }[]).map(({ title }) => title);
    assert.ok((await listed()).includes('Derby'));
    await told(() => event.endCommand(added.id, all));
    assert.ok(!(await listed()).includes('Derby'), 'it is over');
    const coming = { ...span, from: iso(now + HOUR), to: iso(now + 2 * HOUR) };
    const other = JSON.parse(await told(() => event.addCommand('Fair', { ...all, ...coming }))) as { id: string };
    await told(() => event.cancelCommand(other.id, all));
    assert.ok(!(await listed()).includes('Fair'));
  });

  it('what cannot be meant is told with what to write instead', async () => {
    const no = (over: object, words: RegExp): Promise<void> =>
      refused(() => incident.acceptCommand('1', { ...options, ...over }), words);
    await no({ url: 'localhost:8642' }, /"localhost:8642" is no address of a server\. Write --url http/);
    await no({ url: 'http://127.0.0.1:10' }, /cannot be reached: .*ECONNREFUSED/);
    writeFileSync(join(server.directory, 'wrong'), 'llt_nothing');
    await no(
      { tokenFile: join(server.directory, 'wrong') },
      /does not take this token: it was mistyped, it has expired/,
    );
    await refused(() => incident.acceptCommand('4711', options), /4711/);
    // A number alone is neither: a lenient reader would take it for a month of 2001.
    await refused(
      () => incident.snoozeCommand('1', '5', options),
      /until: "5" is no instant\. Write it with its offset/,
    );
    await refused(() => incident.promiseCommand('1', '2026-11-26T18:00', options), /at: .* is no instant/);
  });

  it('address and token come from the environment, and the exit status says how it went', () => {
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [MAIN, ...words], {
        encoding: 'utf8',
        env: { ...process.env, LAMPLIGHTER_URL: server.url, LAMPLIGHTER_TOKEN: TOKEN },
      });
    const listed = run('incident', 'list', '--state', 'all');
    assert.equal(listed.status, 0, listed.stderr);
    assert.match(listed.stdout, /Doors stay shut/);
    const forbidden = run('incident', 'accept', '1');
    assert.deepEqual([forbidden.status, forbidden.stdout], [1, '']);
    assert.match(forbidden.stderr, /It needs the role admin or duty/);
  });
});
