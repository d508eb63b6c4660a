import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console, wantsColour } from './console.ts';

function recorded(colour: boolean, live: boolean): { console: Console; text: () => string } {
  let written = '';
  const write = (text: string) => void (written += text);
  return { console: new Console({ write, colour, live, columns: () => 20 }), text: () => written };
}

test('without colour every line is plain text, and waiting leaves none', () => {
  const { console, text } = recorded(false, false);
  console.say('17:04', 'ready');
  console.wait('17:05', 'Act 3: nothing');
  console.seen('17:06', 3, 'North falls silent', ['heartbeats 4']);
  console.missed('17:30', 4, 'Alerts', 'two alerts', 'none');
  assert.equal(
    text(),
    [
      '17:04  ready',
      '17:06  ✓ Act 3   North falls silent',
      '         heartbeats 4',
      '17:30  ✗ Act 4   Alerts: missed',
      '         expected: two alerts',
      '         seen: none',
      '',
    ].join('\n'),
  );
});

test('on a terminal the waiting line is wiped before the next one', () => {
  const { console, text } = recorded(true, true);
  console.wait('17:05', 'a line longer than the terminal is wide');
  assert.equal(text(), '\r\u001B[2K\u001B[2m17:05  … a line lon\u001B[0m');
  console.say('17:06', 'y');
  assert.ok(text().includes('\r\u001B[2K'));
  assert.ok(text().endsWith('\r\u001B[2K\u001B[2m17:06\u001B[0m  y\n'));
});

test('colour is asked of the environment', () => {
  assert.equal(wantsColour({}, true), true);
  assert.equal(wantsColour({}, false), false);
  assert.equal(wantsColour({ TERM: 'dumb' }, true), false);
  assert.equal(wantsColour({ NO_COLOR: '1', FORCE_COLOR: '1' }, true), false);
  assert.equal(wantsColour({ FORCE_COLOR: '1' }, false), true);
});
