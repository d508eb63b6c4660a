import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadLevel } from '../../src/app/load.ts';
import { classOf, isShed } from '../../src/api/shed.ts';

test('dashboards go first, the intake of alerts last, and what stops paging never', () => {
  const order = [
    '/api/v1/query_range',
    '/api/v1/write',
    '/status',
    '/ops/v1/tickets',
    '/ops/v1/incidents',
    '/api/v2/alerts',
  ];
  order.forEach((route, index) => {
    assert.ok(!isShed(classOf(route), index), `${route} is served at level ${index}`);
    assert.ok(isShed(classOf(route), index + 1), `${route} is refused at level ${index + 1}`);
  });
  for (const route of ['/accept/:secret', '/ops/v1/incidents/:id/accept', '/-/ready', '/metrics']) {
    assert.ok(!isShed(classOf(route), 6), route);
  }
  assert.equal(classOf('/in/:source'), 'intake of alerts');
  assert.equal(classOf('/heartbeat/:id'), 'intake of alerts');
  assert.equal(classOf('/ops/v1/duty'), 'pages of the web part');
});

test('a long line, a long wait or a late event loop raises the level; waiting alone never refuses alerts', () => {
  const calm = { lag: 0, signals: 0, wait: 0 };
  assert.equal(loadLevel(calm), 0);
  assert.equal(loadLevel({ ...calm, lag: 300 }), 1);
  assert.equal(loadLevel({ ...calm, signals: 12_000 }), 3);
  assert.equal(loadLevel({ ...calm, signals: 100_000 }), 6);
  assert.equal(loadLevel({ ...calm, wait: 86_400_000 }), 5);
});
