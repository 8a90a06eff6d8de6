import type { Sample } from './steps';

/** How good a connection is, for people: 3 good, 2 fair, 1 poor, 0 not there. */
export type Quality = 0 | 1 | 2 | 3;

/** What one look at getStats says, in plain numbers. */
export interface Look extends Sample {
  /** Sounds of theirs that did not arrive, of one. */
  lossIn: number;
  /** In milliseconds. */
  jitter: number;
  framesDecoded: number;
  /** Whether everything goes through a relay. */
  relayed: boolean;
  /** Sum of the sound's energy that came in (W3C WebRTC statistics, section on totalAudioEnergy). */
  audioEnergy: number;
  /** Counts that the next look is held against. */
  counts: { received: number; lost: number };
}

type Entry = Record<string, unknown>;

/** Reads what matters out of a report; `before` is the look before this one, since losses are counted from the start. */
export function look(report: Iterable<[string, Entry]>, before: Look | null): Look {
  const entries = new Map(report);
  let [loss, rtt, jitter, framesDecoded, audioEnergy] = [0, 0, 0, 0, 0];
  let available: number | null = null;
  let relayed = false;
  const counts = { received: 0, lost: 0 };
  for (const entry of entries.values()) {
    if (entry['type'] === 'remote-inbound-rtp') {
      loss = Math.max(loss, number(entry['fractionLost']));
      rtt = Math.max(rtt, number(entry['roundTripTime']) * 1000);
    }
    if (entry['type'] === 'inbound-rtp') {
      counts.received += number(entry['packetsReceived']);
      counts.lost += number(entry['packetsLost']);
      jitter = Math.max(jitter, number(entry['jitter']) * 1000);
      framesDecoded += number(entry['framesDecoded']);
      audioEnergy += number(entry['totalAudioEnergy']);
    }
    if (entry['type'] === 'candidate-pair' && entry['nominated'] === true && entry['state'] === 'succeeded') {
      rtt = Math.max(rtt, number(entry['currentRoundTripTime']) * 1000);
      available = typeof entry['availableOutgoingBitrate'] === 'number' ? entry['availableOutgoingBitrate'] : null;
      const local = entries.get(String(entry['localCandidateId']));
      relayed = local?.['candidateType'] === 'relay';
    }
  }
  const lost = Math.max(0, counts.lost - (before?.counts.lost ?? 0));
  const received = Math.max(0, counts.received - (before?.counts.received ?? 0));
  const lossIn = lost + received > 0 ? lost / (lost + received) : 0;
  return { loss, rtt, available, lossIn, jitter, framesDecoded, relayed, audioEnergy, counts };
}

/** The bars that people see; the bounds are those of ITU-T G.114 for delay, and what speech bears of losses. */
export function qualityOf({ loss, lossIn, rtt }: Pick<Look, 'loss' | 'lossIn' | 'rtt'>): Quality {
  const worst = Math.max(loss, lossIn);
  if (worst > 0.08 || rtt > 800) return 1;
  return worst > 0.02 || rtt > 300 ? 2 : 3;
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
