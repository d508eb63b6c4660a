import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPhone, openRouter } from './web.ts';

test('the router moves cars to a carrier it knows, and says what to send instead of anything else', async () => {
  const moved: string[] = [];
  const router = await openRouter((prefer) => void moved.push(prefer));
  const post = (body: string) => fetch(`${router.url}/route`, { method: 'POST', body });
  try {
    assert.equal((await post('{"prefer":"south"}')).status, 200);
    const wrong = await post('{"prefer":"east"}');
    assert.equal(wrong.status, 400);
    assert.match(await wrong.text(), /POST \/route with/);
    assert.equal((await fetch(`${router.url}/route`)).status, 400);
    assert.deepEqual(moved, ['south']);
    assert.deepEqual(router.calls, ['{"prefer":"south"}']);
  } finally {
    await router.close();
  }
});

test('the phone keeps every page with its headers', async () => {
  const phone = await openPhone();
  try {
    const response = await fetch(`${phone.url}/amira`, {
      method: 'POST',
      headers: { 'webhook-id': 'p1' },
      body: 'page',
    });
    assert.equal(response.status, 204);
    assert.equal(phone.pages[0]?.body, 'page');
    assert.equal(phone.pages[0]?.headers['webhook-id'], 'p1');
  } finally {
    await phone.close();
  }
});
