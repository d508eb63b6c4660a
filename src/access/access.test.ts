import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hashPassword, verifyPassword } from './password.ts';
import { looksLikeToken, newTokenSecret } from './token-secret.ts';

it('a password is verified by its hash only', async () => {
  const phc = await hashPassword('correct horse battery');
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword('correct horse battery', phc), true);
  assert.equal(await verifyPassword('correct horse batterx', phc), false);
  assert.equal(await verifyPassword('correct horse battery', 'plain'), false);
});

it('a token with a typing error is told from a token', () => {
  const secret = newTokenSecret();
  assert.equal(looksLikeToken(secret), true);
  const wrong = secret.slice(0, 10) + (secret[10] === 'A' ? 'B' : 'A') + secret.slice(11);
  assert.equal(looksLikeToken(wrong), false);
  assert.equal(looksLikeToken('llt_short'), false);
});
