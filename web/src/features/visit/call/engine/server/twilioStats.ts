import type { StatsReport } from 'twilio-video';

type Entry = Record<string, unknown>;

/** What Twilio's client counts, as a browser would say it: of what comes in by these tracks, and of what goes out. */
export function entriesOf(reports: readonly StatsReport[], tracks: ReadonlySet<string>): Map<string, Entry> {
  const coming = reports
    .flatMap((one) => [...one.remoteAudioTrackStats, ...one.remoteVideoTrackStats])
    .filter((one) => tracks.has(one.trackSid))
    .map(({ trackSid, packetsReceived, packetsLost, jitter }): [string, Entry] => {
      return [trackSid, { type: 'inbound-rtp', packetsReceived, packetsLost, jitter: (jitter ?? 0) / 1000 }];
    });
  const going = reports
    .flatMap((one) => [...one.localAudioTrackStats, ...one.localVideoTrackStats])
    .map(({ trackSid, roundTripTime }): [string, Entry] => {
      return [`out ${trackSid}`, { type: 'remote-inbound-rtp', roundTripTime: (roundTripTime ?? 0) / 1000 }];
    });
  return new Map([...coming, ...going]);
}
