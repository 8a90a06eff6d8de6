import { describe, expect, it } from 'vitest';
import { passingKey, type SigningKey } from '@/lib/e2e/signing';
import { fingerprintOf } from './fingerprint';
import { type Paired, Pairing, Refused } from './pairing';
import type { Said } from './signals';
import type { Place } from './statements';

const PLACE: Place = { room: 'b4f7c9de-1111-4222-8333-444455556666', revision: 1 };
const PRINT_A = Array.from({ length: 32 }, () => 'AA').join(':');
const PRINT_B = Array.from({ length: 32 }, () => 'BB').join(':');

function sdp(print: string): string {
  return `v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=fingerprint:sha-256 ${print}\r\na=mid:0\r\n`;
}

interface End {
  pairing: Pairing;
  key: SigningKey;
  out: Said[];
  paired: Paired | null;
}

async function end(peer: string, print: string, them: string, place = PLACE, speaks = true): Promise<End> {
  const key = await passingKey();
  const out: Said[] = [];
  const pairing = new Pairing({
    place,
    own: { participant: `person:${peer}`, peer, publicKey: key.publicKey, fingerprint: print },
    key,
    them: { participant: `person:${them}`, peer: them },
    speaksFor: () => Promise.resolve(speaks),
    send: (said) => out.push(said),
  });
  return { pairing, key, out, paired: null };
}

/** Carries what was said from one to the other, through hands that may change it. */
async function carry(from: End, to: End, hands: (said: Said) => Said = (said) => said): Promise<boolean> {
  let any = false;
  for (const said of from.out.splice(0).map(hands)) {
    any = true;
    if (said.kind === 'meet') await to.pairing.met(said.commitment);
    if (said.kind === 'reveal') to.paired = (await to.pairing.revealed(said)) ?? to.paired;
  }
  return any;
}

async function pair(one: End, other: End, hands?: (said: Said) => Said): Promise<void> {
  await one.pairing.open();
  await other.pairing.open();
  for (let more = true; more; ) {
    const there = await carry(one, other, hands);
    more = (await carry(other, one)) || there;
  }
}

async function couple(): Promise<[End, End]> {
  const both: [End, End] = [await end('a', PRINT_A, 'b'), await end('b', PRINT_B, 'a')];
  await pair(...both);
  return both;
}

function offer(print: string): RTCSessionDescription {
  return { type: 'offer', sdp: sdp(print) } as RTCSessionDescription;
}

type Description = Extract<Said, { kind: 'description' }>;

describe('two tabs that meet', () => {
  it('know each other by the same code', async () => {
    const [a, b] = await couple();
    expect(a.paired?.code).toHaveLength(5);
    expect(a.paired?.code).toEqual(b.paired?.code);
    expect(a.paired?.code.every((group) => /^\d{3}$/u.test(group))).toBe(true);
    expect(a.paired?.publicKey).toBe(b.key.publicKey);
  });

  it('get another code at every meeting', async () => {
    const [one] = await couple();
    const [other] = await couple();
    expect(one.paired?.code).not.toEqual(other.paired?.code);
  });

  it('say again what was lost, and still come to one code', async () => {
    const a = await end('a', PRINT_A, 'b');
    const b = await end('b', PRINT_B, 'a');
    await a.pairing.open();
    a.out.length = 0;
    await b.pairing.open();
    await carry(b, a);
    a.out.length = 0; // what a opened is lost, too
    await pair(a, b);
    expect(a.paired?.code).toEqual(b.paired?.code);
    expect(b.paired).not.toBeNull();
  });

  it('open nothing before they have the other’s commitment', async () => {
    const a = await end('a', PRINT_A, 'b');
    await a.pairing.open();
    expect(a.out.map((said) => said.kind)).toEqual(['meet']);
  });

  it('refuse a key, a certificate or a number that was not committed to', async () => {
    const other = await passingKey();
    const changes = [{ publicKey: other.publicKey }, { fingerprint: PRINT_B }, { nonce: 'AAAA' }];
    for (const change of changes) {
      const hands = (said: Said): Said => (said.kind === 'reveal' ? { ...said, ...change } : said);
      const tampered = pair(await end('a', PRINT_A, 'b'), await end('b', PRINT_B, 'a'), hands);
      await expect(tampered).rejects.toMatchObject({ why: 'commitment' });
    }
  });

  it('refuse a second commitment', async () => {
    const [a] = await couple();
    await expect(a.pairing.met('another')).rejects.toThrow(Refused);
  });

  it('refuse a key that speaks for nobody there', async () => {
    const a = await end('a', PRINT_A, 'b', PLACE, false);
    await expect(pair(a, await end('b', PRINT_B, 'a'))).rejects.toMatchObject({ why: 'unknown-key' });
  });

  it('refuse somebody who is in another room, or in the same one before it was moved', async () => {
    for (const place of [{ ...PLACE, revision: 2 }, { ...PLACE, room: 'another' }]) {
      const pairs = pair(await end('a', PRINT_A, 'b'), await end('b', PRINT_B, 'a', place));
      await expect(pairs).rejects.toMatchObject({ why: 'commitment' });
    }
  });

  it('show different codes when somebody stands between them', async () => {
    const a = await end('a', PRINT_A, 'b');
    const b = await end('b', PRINT_B, 'a');
    await pair(a, await end('b', PRINT_A, 'a'));
    await pair(await end('a', PRINT_B, 'b'), b);
    expect(a.paired?.code).not.toEqual(b.paired?.code);
  });
});

describe('descriptions', () => {
  it('are taken once, in their order', async () => {
    const [a, b] = await couple();
    const first = (await a.pairing.signed(offer(PRINT_A))) as Description;
    const second = (await a.pairing.signed(offer(PRINT_A))) as Description;
    expect(await b.pairing.verified(first)).toBe(true);
    expect(await b.pairing.verified(first)).toBe(false);
    expect(await b.pairing.verified(second)).toBe(true);
    expect(await b.pairing.verified(first)).toBe(false);
  });

  it('are refused when a letter of them was changed', async () => {
    const [a, b] = await couple();
    const said = (await a.pairing.signed(offer(PRINT_A))) as Description;
    const changed: Description[] = [
      { ...said, description: { ...said.description, sdp: sdp(PRINT_B) } },
      { ...said, description: { ...said.description, sdp: `${said.description.sdp}a=x\r\n` } },
      { ...said, description: { ...said.description, type: 'answer' } },
      { ...said, number: said.number + 1 },
      { ...said, signature: `A${said.signature.slice(1)}` },
      { ...said, signature: 'nonsense' },
    ];
    for (const one of changed) await expect(b.pairing.verified(one)).rejects.toMatchObject({ why: 'signature' });
    expect(await b.pairing.verified(said)).toBe(true);
  });

  it('are refused when they name another certificate than was committed to, though signed', async () => {
    const [a, b] = await couple();
    const said = (await a.pairing.signed(offer(PRINT_B))) as Description;
    await expect(b.pairing.verified(said)).rejects.toMatchObject({ why: 'fingerprint' });
  });

  it('cannot be sent back to who said them, or played at another meeting', async () => {
    const [a, b] = await couple();
    const said = (await a.pairing.signed(offer(PRINT_A))) as Description;
    await expect(a.pairing.verified(said)).rejects.toMatchObject({ why: 'signature' });
    const again = await end('b', PRINT_B, 'a');
    await pair(await end('a', PRINT_A, 'b'), again);
    await expect(again.pairing.verified(said)).rejects.toMatchObject({ why: 'signature' });
    expect(await b.pairing.verified(said)).toBe(true);
  });

  it('are heard only after both know each other', async () => {
    const [a] = await couple();
    const stranger = await end('b', PRINT_B, 'a');
    const said = (await a.pairing.signed(offer(PRINT_A))) as Description;
    expect(await stranger.pairing.verified(said)).toBe(false);
  });
});

describe('the fingerprint of a description', () => {
  it('is one, the same in every section, by SHA-256', () => {
    expect(fingerprintOf(sdp(PRINT_A.toLowerCase()) + sdp(PRINT_A))).toBe(PRINT_A);
    expect(fingerprintOf(sdp(PRINT_A) + sdp(PRINT_B))).toBeNull();
    expect(fingerprintOf(sdp(PRINT_A).replace('sha-256', 'sha-1'))).toBeNull();
    expect(fingerprintOf(`${sdp(PRINT_A)}a=fingerprint:md5 00\r\n`)).toBeNull();
    expect(fingerprintOf('v=0\r\n')).toBeNull();
  });
});
