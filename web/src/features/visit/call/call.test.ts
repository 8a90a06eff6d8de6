import { describe, expect, it } from 'vitest';
import type { CallView } from './engine/call';
import { Captions } from './engine/captions';
import type { MemberView } from './engine/member';
import { asSignal } from './engine/signals';
import { asTold, type Sharing } from './engine/told';
import { initials } from './Tile';
import { lasted } from './Timer';
import { changes } from './useAnnouncements';

const SHARING: Sharing = { microphone: true, camera: 'on', screen: false, phone: false };

function person(change: Partial<MemberView> = {}): MemberView {
  return {
    participant: 'person:1',
    peer: 'p',
    name: 'Ida',
    role: 'patient',
    stage: 'connected',
    code: [],
    familiarity: 'first',
    sharing: SHARING,
    quality: 3,
    step: 'video',
    incoming: null,
    ...change,
  };
}

function view(people: MemberView[], own: Partial<Sharing> = {}): CallView {
  return {
    phase: 'on',
    endToEnd: true,
    refused: null,
    since: 0,
    own: { ...SHARING, ...own, canBlur: false, blur: false, problems: {}, devices: {} },
    tracks: { audio: null, camera: null, screen: null },
    people,
    captions: new Captions(),
  };
}

describe('what is said aloud', () => {
  it('is who comes, goes, is lost and comes back', () => {
    const connecting = person({ stage: 'connecting' });
    expect(changes(view([]), view([connecting]))).toEqual([]);
    expect(changes(view([connecting]), view([person()]))).toEqual([['came', 'Ida']]);
    expect(changes(view([person()]), view([person({ stage: 'broken' })]))).toEqual([['broken', 'Ida']]);
    expect(changes(view([person({ stage: 'broken' })]), view([person()]))).toEqual([['back', 'Ida']]);
    expect(changes(view([person()]), view([]))).toEqual([['left', 'Ida']]);
  });

  it('is what others switch, and what oneself does', () => {
    const muted = person({ sharing: { ...SHARING, microphone: false, camera: 'paused' } });
    expect(changes(view([person()]), view([muted]))).toEqual([
      ['muted', 'Ida'],
      ['paused', 'Ida'],
    ]);
    expect(changes(view([]), view([], { microphone: false, screen: true }))).toEqual([
      ['ownMuted', ''],
      ['ownScreenOn', ''],
    ]);
    const onPhone = person({ sharing: { microphone: false, camera: 'off', screen: false, phone: true } });
    expect(changes(view([person()]), view([onPhone]))).toEqual([['phone', 'Ida']]);
    expect(changes(view([person()]), view([person()]))).toEqual([]);
  });
});

describe('what comes from strangers', () => {
  const frame = { session: 's', heard: null };

  it('is a signal only in the shape of one', () => {
    expect(asSignal({ ...frame, kind: 'meet', commitment: 'c' })).not.toBeNull();
    expect(asSignal({ ...frame, kind: 'bye' })).not.toBeNull();
    const description = { type: 'offer', sdp: 'v=0' };
    expect(asSignal({ ...frame, kind: 'description', number: 1, description, signature: 's' })).not.toBeNull();
    const wrong = [
      null,
      'meet',
      { kind: 'meet', commitment: 'c' },
      { ...frame, kind: 'unheard-of' },
      { ...frame, kind: 'meet', commitment: 7 },
      { ...frame, kind: 'description', number: 1.5, description, signature: 's' },
      { ...frame, kind: 'description', number: 1, signature: 's' },
      { ...frame, kind: 'reveal', publicKey: 'k' },
      { ...frame, kind: 'meet', commitment: 'c'.repeat(70_000) },
    ];
    for (const one of wrong) expect(asSignal(one)).toBeNull();
  });

  it('is a word of the other side only in the shape of one', () => {
    expect(asTold(JSON.stringify({ kind: 'state', state: SHARING }))).toEqual({ kind: 'state', state: SHARING });
    expect(asTold('{"kind":"bye"}')).toEqual({ kind: 'bye' });
    for (const one of ['{', '7', 'null', '{"kind":"state"}', '{"kind":"state","state":{"camera":"up"}}', new Blob()]) {
      expect(asTold(one)).toBeNull();
    }
  });
});

describe('small words', () => {
  it('say how long, and who', () => {
    expect([lasted(0), lasted(247_000), lasted(3_847_000)]).toEqual(['0:00', '4:07', '1:04:07']);
    expect([initials('Ida Maria Fernley'), initials('Ida'), initials(' ')]).toEqual(['IF', 'I', '']);
  });
});
