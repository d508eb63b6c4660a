import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CoreTx } from '../../core/transaction.ts';
import { compileMapping } from '../mapping.ts';
import type { SignalTx } from '../ports.ts';
import { Memory, signalTables } from '../testing/memory.ts';
import { readSyslogLine, SyslogFrames } from './line.ts';
import { takeLine } from './take-line.ts';

/** The words of a refusal; nothing where it was none. */
const refusal = (read: unknown): string => (typeof read === 'string' ? read : '');

const LINE =
  '<187>1 2026-01-05T08:00:00.123Z edge-1 linkd 812 LINK [origin ip="10.0.0.1"][x@9999 why="a \\"cut\\" \\] here"] \uFEFFLink eth0 down';

describe('a syslog line', () => {
  it('is read with its structured data', () => {
    assert.deepEqual(readSyslogLine(LINE), {
      facility: 23,
      severity: 3,
      timestamp: '2026-01-05T08:00:00.123Z',
      hostname: 'edge-1',
      app: 'linkd',
      procid: '812',
      msgid: 'LINK',
      data: { origin: { ip: '10.0.0.1' }, 'x@9999': { why: 'a "cut" ] here' } },
      message: 'Link eth0 down',
    });
    const bare = readSyslogLine('<34>1 - - - - - -');
    assert.ok(typeof bare !== 'string' && bare.hostname === null && bare.message === '');
  });

  it('that is none is named', () => {
    assert.match(refusal(readSyslogLine('<34>Oct 11 22:14:15 host su: x')), /RFC 5424/);
    assert.match(refusal(readSyslogLine('<999>1 - - - - - - x')), /above 191/);
    assert.match(refusal(readSyslogLine('<34>1 - - - - - [x y="z')), /without an end/);
    assert.match(refusal(readSyslogLine('<34>1 - - - - - x')), /missing; write -/);
  });

  it('comes octet-counted or by lines, in any pieces', () => {
    const bytes = (text: string) => Buffer.from(text).toString('latin1');
    const one = '<34>1 - - - - - - ü\nzwei';
    const stream = bytes(`${Buffer.byteLength(one)} ${one}<34>1 - - - - - - drei\n`);
    for (const size of [1, 3, 7, 1000]) {
      const frames = new SyslogFrames();
      const lines: string[] = [];
      for (let at = 0; at < stream.length; at += size) lines.push(...frames.push(stream.slice(at, at + size)));
      assert.deepEqual(lines, [one, '<34>1 - - - - - - drei'], `in pieces of ${size}`);
    }
    assert.throws(() => new SyslogFrames().push('hello'), /neither/);
    assert.throws(() => new SyslogFrames().push('999999 x'), /too long/);
  });

  it('becomes what the mapping makes of it, most often nothing', async () => {
    const tables = signalTables();
    const memory = new Memory<SignalTx & CoreTx>({ signals: tables.signals });
    const mapping = compileMapping(
      'msgid = "LINK" ? { "status": $contains(message, "down") ? "firing" : "resolved", "key": hostname, "labels": { "alertname": "Link", "host": hostname } } : null',
    );
    const config = { partner: 'carrier-north', mapping };
    assert.equal(await takeLine(memory.deps, config, LINE), null);
    assert.equal(await takeLine(memory.deps, config, '<34>1 - - - - - - nothing'), null);
    assert.match(refusal(await takeLine(memory.deps, config, 'nonsense')), /RFC 5424/);
    assert.deepEqual(
      tables.kept.map(({ source, events }) => [source, events[0]?.labels['host']]),
      [['syslog:carrier-north', 'edge-1']],
    );
  });
});
