import { describe, expect, it } from 'vitest';
import { look, qualityOf } from './quality';

type Entry = Record<string, unknown>;

function report(...entries: Entry[]): Map<string, Entry> {
  return new Map(entries.map((entry) => [String(entry['id']), entry]));
}

const PAIR = {
  id: 'P',
  type: 'candidate-pair',
  nominated: true,
  state: 'succeeded',
  currentRoundTripTime: 0.12,
  availableOutgoingBitrate: 900_000,
  localCandidateId: 'L',
};

describe('a look at a connection', () => {
  it('reads what goes out, what comes in and by which way', () => {
    const found = look(
      report(
        PAIR,
        { id: 'L', type: 'local-candidate', candidateType: 'relay' },
        { id: 'R', type: 'remote-inbound-rtp', fractionLost: 0.05, roundTripTime: 0.2 },
        { id: 'A', type: 'inbound-rtp', kind: 'audio', packetsReceived: 95, packetsLost: 5, jitter: 0.03, totalAudioEnergy: 1.5 },
        { id: 'V', type: 'inbound-rtp', kind: 'video', packetsReceived: 100, packetsLost: 0, framesDecoded: 40 },
      ),
      null,
    );
    expect(found).toMatchObject({ loss: 0.05, available: 900_000, relayed: true, framesDecoded: 40, audioEnergy: 1.5 });
    expect(found.rtt).toBeCloseTo(200);
    expect(found.jitter).toBeCloseTo(30);
    expect(found.lossIn).toBeCloseTo(5 / 200);
  });

  it('counts losses since the look before, and bears counts that fall', () => {
    const first = look(report({ id: 'A', type: 'inbound-rtp', packetsReceived: 100, packetsLost: 50 }), null);
    const second = look(report({ id: 'A', type: 'inbound-rtp', packetsReceived: 200, packetsLost: 50 }), first);
    expect(second.lossIn).toBe(0);
    expect(look(report({ id: 'A', type: 'inbound-rtp', packetsReceived: 10, packetsLost: 0 }), second).lossIn).toBe(0);
  });

  it('says nothing about what is not there', () => {
    expect(look(report({ ...PAIR, nominated: false }), null)).toMatchObject({ rtt: 0, available: null, relayed: false });
  });

  it('comes to bars', () => {
    expect(qualityOf({ loss: 0, lossIn: 0, rtt: 100 })).toBe(3);
    expect(qualityOf({ loss: 0.03, lossIn: 0, rtt: 100 })).toBe(2);
    expect(qualityOf({ loss: 0, lossIn: 0, rtt: 500 })).toBe(2);
    expect(qualityOf({ loss: 0, lossIn: 0.1, rtt: 100 })).toBe(1);
  });
});
