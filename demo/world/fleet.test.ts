import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARRIERS, CITIES } from './city.ts';
import { heartbeatsPerMinute } from './fleet.ts';

test('the watermark of the story, old and tightened, is never touched on an ordinary day', () => {
  const start = Date.UTC(2026, 8, 14);
  for (const city of CITIES) {
    for (const carrier of CARRIERS) {
      for (let minute = 0; minute < 7 * 24 * 60; minute++) {
        const heard = heartbeatsPerMinute(city, carrier, start + minute * 60_000, 7);
        assert.ok(heard > 400 && heard < 1000, `${city.name} ${carrier}: ${heard} at minute ${minute}`);
      }
    }
  }
});

test('what South carries by itself in Berlin is less than the playbook wants to see after switching', () => {
  const start = Date.UTC(2026, 8, 18, 15);
  const [berlin] = CITIES;
  assert.ok(berlin !== undefined);
  for (let minute = 0; minute < 240; minute++) {
    const south = heartbeatsPerMinute(berlin, 'south', start + minute * 60_000, 7);
    const north = heartbeatsPerMinute(berlin, 'north', start + minute * 60_000, 7);
    assert.ok(south < 700 && south + north > 1000, `south ${south}, north ${north}`);
  }
});
