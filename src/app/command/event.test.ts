import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, mock } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../core/fault.ts';
import type { LevelEvent } from '../../expectation/index.ts';
import { addCommand, cancelCommand, changeCommand, endCommand, listCommand } from './event.ts';

const config = fileURLToPath(new URL('../../../examples/kiez-mobil/lamplighter.yaml', import.meta.url));
const HOUR = 3_600_000;
const iso = (time: number): string => new Date(time).toISOString();

describe('lamplighter event', () => {
  const data = mkdtempSync(join(tmpdir(), 'lamplighter-event-'));
  after(() => rmSync(data, { recursive: true }));
  const options = { config, data, json: true };
  const told = async <T>(run: () => Promise<void>): Promise<T> => {
    const said = mock.method(console, 'log', () => {});
    try {
      await run();
      return JSON.parse(String(said.mock.calls[0]!.arguments[0])) as T;
    } finally {
      said.mock.restore();
    }
  };

  it('adds, changes, ends and cancels on the data of a stopped server', async () => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const span = { from: iso(now - HOUR), to: iso(now + HOUR) };
    const added = await told<LevelEvent>(() =>
      addCommand('Derby', { ...options, ...span, factor: 1.8, indicator: ['bookings'], match: ['city=berlin'] }),
    );
    assert.deepEqual([added.title, added.startsAt, added.series], ['Derby', now - HOUR, { city: 'berlin' }]);
    const changed = await told<LevelEvent>(() => changeCommand(added.id, { ...options, factor: 1.5 }));
    assert.deepEqual([changed.factor, changed.endsAt, changed.indicators], [1.5, now + HOUR, ['bookings']]);
    const ended = await told<LevelEvent>(() => endCommand(added.id, options));
    assert.ok(ended.endsAt >= now && ended.endsAt < now + HOUR);
    assert.deepEqual(await told<LevelEvent[]>(() => listCommand(options)), []);
    const said = mock.method(console, 'log', () => {});
    await cancelCommand(added.id, options);
    said.mock.restore();
    const [all] = await told<LevelEvent[]>(() => listCommand({ ...options, all: true }));
    assert.notEqual(all!.cancelledAt, null);
  });

  it('says what is missing or wrong, before anything is written', async () => {
    const refused = (run: () => Promise<void>, want: RegExp) =>
      assert.rejects(run, (error) => error instanceof Fault && want.test(error.message));
    await refused(() => addCommand('Derby', { ...options, factor: 1 }), /needs --from, --to and --factor/);
    const span = { from: '2026-10-03T17:00+02:00', to: '2026-10-03T23:00+02:00', factor: 1.8 };
    await refused(() => addCommand('Derby', { ...options, ...span, from: 'soon' }), /--from/);
    await refused(() => addCommand('Derby', { ...options, ...span, match: ['berlin'] }), /city=berlin/);
    await refused(() => addCommand('Derby', { ...options, ...span, indicator: ['cars'] }), /no indicator "cars"/);
    await refused(() => endCommand('evt_none', options), /evt_none/);
  });
});
