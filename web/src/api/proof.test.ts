import { pbkdf2Sync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Challenge } from '@/api/proof';
import { solve } from '@/api/solve';

const NONCE = '00112233445566778899aabbccddeeff';
const SALT = 'ffeeddccbbaa99887766554433221100';

function keyOf(counter: number): string {
  const password = Buffer.alloc(20, NONCE, 'hex');
  password.writeUInt32BE(counter, 16);
  return pbkdf2Sync(password, Buffer.from(SALT, 'hex'), 10, 32, 'sha256').toString('hex');
}

test('finds the counter whose key begins as asked', async () => {
  const keyPrefix = keyOf(37).slice(0, 32);
  const parameters = { algorithm: 'PBKDF2/SHA-256', cost: 10, keyLength: 32, keyPrefix, nonce: NONCE, salt: SALT };
  const challenge: Challenge = { parameters, signature: '' };
  expect(await solve(challenge)).toEqual({ counter: 37, derivedKey: keyOf(37) });
});
