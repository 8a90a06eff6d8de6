import { describe, expect, it } from 'vitest';
import type { OpenedRecording, RecordingPlace } from '@/api/recordings';
import { encryptChunk, fileKey, keyId, makeIdentity, newFileKey, openSealed, sealFor, textOf, utf8 } from '@/lib/e2e';
import { fitted, tiles } from './layout';
import { changedAmong } from '@/ui/chat/pins';
import { decrypted, keyOf, keyPlace, NotForYou, Tampered } from '@/ui/recording/playing';
import { KeysChanged, sealedKeys } from './receivers';
import type { Piece, Spooled } from './spool';
import { close, Uploader, type Ways } from './uploader';

const ID = '0197a3c2-5d41-7c3e-9b1f-3f6f5d7a1c41';

describe('the composed picture', () => {
  it.each([0, 1, 2, 3, 4, 5, 7])('has a place for each of %i, none over another, none outside', (count) => {
    const found = tiles(count, 1280, 720);
    expect(found).toHaveLength(count);
    for (const [at, one] of found.entries()) {
      expect(one.x >= 0 && one.y >= 0 && one.x + one.width <= 1280 && one.y + one.height <= 720).toBe(true);
      for (const other of found.slice(at + 1)) {
        const apart =
          one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
        expect(apart).toBe(true);
      }
    }
  });

  it('shows a picture whole, whatever its shape', () => {
    const tile = { x: 100, y: 0, width: 640, height: 360 };
    expect(fitted(tile, 320, 320)).toEqual({ x: 240, y: 0, width: 360, height: 360 });
    expect(fitted(tile, 1280, 720)).toEqual(tile);
    expect(fitted(tile, 0, 0).width).toBe(0);
  });
});

/** A server in memory that can go away, forget to answer, and stop. */
class FakeServer {
  kept: Piece[] = [];
  offset = 0;
  complete = false;
  stoppedWhy: RecordingPlace['stopped_why'] = null;
  down = 0;
  losesAnswer = 0;
  seen = 0;
  made = Infinity;

  place = (): RecordingPlace => {
    if (this.down-- > 0) throw new Error('no-answer');
    return { offset: this.offset, pieces: this.kept.length, stopped_why: this.stoppedWhy, complete: this.complete };
  };

  send = (piece: Piece, offset: number): RecordingPlace => {
    this.seen += 1;
    if (this.down-- > 0) throw new Error('no-answer');
    if (this.stoppedWhy === 'withdrawn' && !piece.last) throw new Error('stopped');
    if (this.stoppedWhy === 'stopped' && piece.number >= this.made && !piece.last) throw new Error('over');
    if (offset !== this.offset) throw new Error('elsewhere');
    this.kept.push(piece);
    this.offset += piece.content.length;
    this.complete = piece.last;
    if (this.losesAnswer-- > 0) throw new Error('no-answer');
    return this.place();
  };
}

async function stage() {
  const { key, raw } = await newFileKey();
  const recording: Spooled = { id: ID, roomId: 'r', key, made: 0, closed: false };
  const spool = new Map<number, Piece>();
  const server = new FakeServer();
  const forget = (fits: (number: number) => boolean) => {
    [...spool.keys()].filter(fits).forEach((number) => spool.delete(number));
    return Promise.resolve();
  };
  const ways: Ways = {
    pieceOf: (_, number) => Promise.resolve(spool.get(number)),
    keepPiece: (_, piece) => Promise.resolve(void spool.set(piece.number, piece)),
    forgetBefore: (_, number) => forget((one) => one < number),
    forgetFrom: (_, number) => forget((one) => one >= number),
    forgetRecording: () => forget(() => true),
    place: () => Promise.resolve().then(server.place),
    send: (piece, offset) => Promise.resolve().then(() => server.send(piece, offset)),
    meaning: (error) => (error as Error).message as 'no-answer',
    wait: () => Promise.resolve(),
  };
  const told: RecordingPlace['stopped_why'][] = [];
  const uploader = new Uploader(recording, ways, (place) => told.push(place.stopped_why));
  const records = async (text: string) => {
    const number = recording.made++;
    const place = { purpose: 'recording-chunk', of: ID, index: number, last: false } as const;
    const content = await encryptChunk(key, utf8(text), place);
    spool.set(number, { recordingId: ID, number, content, last: false });
  };
  const opened = (): OpenedRecording => ({
    recording: { id: ID, whole: server.complete } as OpenedRecording['recording'],
    media_type: 'video/webm',
    pieces: server.kept.map((piece) => piece.content.length),
    keys: [],
  });
  const content = (_: string, offset: number) => {
    let at = 0;
    const found = server.kept.filter((piece) => (at += piece.content.length) > offset);
    return Promise.resolve(Uint8Array.from(found.flatMap((piece) => [...piece.content])));
  };
  const plays = async (what = opened()) => {
    let text = '';
    for await (const piece of decrypted(what, key, content)) text += textOf(piece);
    return text;
  };
  return { key, raw, recording, spool, server, ways, uploader, records, opened, plays, told };
}

describe('sending a recording', () => {
  it('arrives whole and in order through lost answers and a server that was away', async () => {
    const { uploader, records, server, spool, plays, recording, ways } = await stage();
    await records('one ');
    server.losesAnswer = 1;
    await uploader.push();
    server.down = 4;
    await records('two ');
    await records('three');
    await uploader.push();
    server.stoppedWhy = 'stopped';
    await close(recording, recording.made, ways);
    await uploader.push();
    expect(server.complete).toBe(true);
    expect(await plays()).toBe('one two three');
    expect(spool.size).toBe(0);
  });

  it('goes on after a reload from what the server has', async () => {
    const { uploader, records, server, ways, recording, plays } = await stage();
    await records('before ');
    await uploader.push();
    await records('unsent');
    server.stoppedWhy = 'stopped';
    await new Uploader({ ...recording }, ways, () => undefined).push();
    expect(server.complete).toBe(true);
    expect(await plays()).toBe('before unsent');
  });

  it('sends nothing but the end after a withdrawal', async () => {
    const { uploader, records, server, plays, told, spool } = await stage();
    await records('agreed');
    await uploader.push();
    server.stoppedWhy = 'withdrawn';
    await records('not any more');
    await records('nor this');
    await uploader.push();
    expect(server.kept).toHaveLength(2);
    expect(server.kept[1]?.content).toHaveLength(28);
    expect(await plays()).toBe('agreed');
    expect(told.at(-1)).toBe('withdrawn');
    expect(spool.size).toBe(0);
  });
});

describe('a recording that is over', () => {
  it('loses nothing of before the stop, and ends where the server takes nothing more', async () => {
    const { uploader, records, server, plays, spool } = await stage();
    await records('before ');
    await uploader.push();
    await records('the stop');
    await records('after it');
    server.stoppedWhy = 'stopped';
    server.made = 2;
    await uploader.push();
    expect(server.complete).toBe(true);
    expect(await plays()).toBe('before the stop');
    expect(spool.size).toBe(0);
  });
});

describe('playing a recording', () => {
  async function whole() {
    const made = await stage();
    await made.records('first');
    await made.records('second');
    await made.uploader.push();
    made.server.stoppedWhy = 'stopped';
    await made.uploader.push();
    expect(made.server.complete).toBe(true);
    return made;
  }

  it('finds an end that was cut off', async () => {
    const { server, plays } = await whole();
    server.kept.pop();
    await expect(plays()).rejects.toThrow(Tampered);
  });

  it('finds pieces in another order', async () => {
    const { server, plays } = await whole();
    server.kept.reverse();
    await expect(plays()).rejects.toThrow(Tampered);
  });

  it('finds a piece left out and one that was changed', async () => {
    const { server, plays } = await whole();
    const [first, second, end] = server.kept as [Piece, Piece, Piece];
    server.kept = [first, end];
    await expect(plays()).rejects.toThrow(Tampered);
    server.kept = [first, second, end];
    second.content[20] = (second.content[20] ?? 0) ^ 1;
    await expect(plays()).rejects.toThrow(Tampered);
  });

  it('opens for whom it was sealed, for nobody else, and for no other recording', async () => {
    const { raw, opened, key } = await whole();
    const [patient, stranger] = [await makeIdentity(), await makeIdentity()];
    const secret = new Uint8Array(raw);
    const own = { keyId: await keyId(patient.identity.publicKey), identity: patient.identity };
    const sealed = await sealFor(patient.identity.publicKey, secret, keyPlace(ID));
    const what = { ...opened(), keys: [{ receiver: 'person:p', key_id: own.keyId, sealed }] };
    const found = await keyOf(what, [own]);
    const iv = new Uint8Array(12);
    const cipher = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, utf8('same'));
    expect(textOf(new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, found, cipher)))).toBe('same');
    const other = { keyId: await keyId(stranger.identity.publicKey), identity: stranger.identity };
    await expect(keyOf(what, [other])).rejects.toThrow(NotForYou);
    const elsewhere = { ...what, recording: { ...what.recording, id: ID.replace('41', '42') } };
    await expect(keyOf(elsewhere, [own])).rejects.toThrow();
    await expect(fileKey(new Uint8Array(5))).rejects.toThrow();
  });
});

describe('sealing the key of a recording', () => {
  /** The pins of a browser that has met nobody yet. */
  function pins() {
    const held = new Map<string, string>();
    return {
      known: (who: string) => Promise.resolve(held.get(who)),
      trust: (who: string, key: string) => Promise.resolve(void held.set(who, key)),
    };
  }

  async function receiver(name: string) {
    const { identity } = await makeIdentity();
    const { publicKey } = identity;
    return { identity, told: { participant: `person:${name}`, name, key_id: await keyId(publicKey), public_key: publicKey } };
  }

  it('is for those whom the browser knows, and meets those whom it does not', async () => {
    const [patient, known] = [await receiver('patient'), pins()];
    const raw = new Uint8Array(32).fill(7);
    const sealed = await sealedKeys(ID, raw, [patient.told], known);
    expect(await openSealed(patient.identity, sealed[0]?.sealed ?? '', keyPlace(ID))).toEqual(raw);
    expect(await known.known('person:patient')).toBe(patient.told.public_key);
  });

  it('is refused when anybody’s key was swapped, until that is said to be right', async () => {
    const [patient, swapped, provider, known] = [await receiver('patient'), await receiver('patient'), await receiver('p'), pins()];
    await changedAmong(known, [patient.told, provider.told]);
    const raw = new Uint8Array(32);
    await expect(sealedKeys(ID, raw, [provider.told, swapped.told], known)).rejects.toThrow(KeysChanged);
    expect(await changedAmong(known, [provider.told, swapped.told])).toEqual([swapped.told]);
    await known.trust('person:patient', swapped.told.public_key);
    expect(await sealedKeys(ID, raw, [provider.told, swapped.told], known)).toHaveLength(2);
  });
});
