import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onDesktop } from './browser.ts';
import { readOptions } from './options.ts';
import { liveStep } from './send/metrics.ts';

test('options have defaults, and what does not fit is named with what to write instead', () => {
  assert.deepEqual(readOptions({}), { pace: 1, seed: 1, exit: false, port: null, browser: true, data: null });
  assert.deepEqual(readOptions({ speed: '4', seed: '3', exit: true, port: '8700', browser: false, data: 'd' }), {
    pace: 4,
    seed: 3,
    exit: true,
    port: 8700,
    browser: false,
    data: 'd',
  });
  assert.throws(() => readOptions({ speed: 'fast' }), /--speed fast: write a number from 0.1 to 10, such as --speed 1/);
  assert.throws(() => readOptions({ speed: '' }), /--speed/);
  assert.throws(() => readOptions({ port: '70000' }), /--port 70000: write a whole number from 1 to 65535/);
  assert.throws(() => readOptions({ seed: '1.5' }), /--seed/);
});

test('a browser is opened only where somebody sits at a desktop', () => {
  assert.equal(onDesktop({ DISPLAY: ':0' }, 'linux', true), true);
  assert.equal(onDesktop({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true), true);
  assert.equal(onDesktop({}, 'darwin', true), true);
  assert.equal(onDesktop({}, 'linux', true), false);
  assert.equal(onDesktop({ DISPLAY: ':0', CI: 'true' }, 'linux', true), false);
  assert.equal(onDesktop({ DISPLAY: ':0' }, 'linux', false), false);
});

test('however fast the clock, live samples come at most ten times in a real second', () => {
  for (const speed of [4, 40, 100, 160, 173, 400]) {
    const step = liveStep(speed);
    assert.ok(step >= 15_000 && step / speed >= 100, `a step of ${step} ms at ${speed} times`);
  }
});
