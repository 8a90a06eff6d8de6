import type { Fault } from './steps';

/** Tells why a camera or microphone could not be had, by what `getUserMedia` threw (Media Capture and Streams, 10.2). */
export function mediaFault(error: unknown): Fault {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  if (name === 'NotReadableError' || name === 'AbortError') return 'in-use';
  return 'broken';
}

/** Stops every track of a stream, so that the light beside the camera goes out. */
export function release(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop());
}

/** Follows how loud a stream is: calls back with 0 to 1 some times a second; the answer ends it. */
export function followLevel(stream: MediaStream, told: (level: number) => void): () => void {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(stream);
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  // A page that was opened by a link may not have been touched yet: its context then waits.
  void context.resume();
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    told(loudness(samples));
  }, 80);
  return () => {
    clearInterval(timer);
    source.disconnect();
    void context.close();
  };
}

/** How loud samples between -1 and 1 are, from 0 (-60 dB and below) to 1 (full scale). */
export function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  if (power <= 0) return 0;
  return Math.min(1, Math.max(0, (10 * Math.log10(power) + 60) / 60));
}

/** Plays three rising notes on the chosen speaker. Errors: what the browser says when it cannot. */
export async function playTone(speaker: string | undefined): Promise<void> {
  const context = new AudioContext();
  try {
    if (speaker && 'setSinkId' in context) {
      await (context as AudioContext & { setSinkId(id: string): Promise<void> }).setSinkId(speaker).catch(() => undefined);
    }
    await context.resume();
    [523.25, 659.25, 783.99].forEach((pitch, place) => note(context, pitch, context.currentTime + place * 0.3));
    await new Promise((done) => setTimeout(done, 1_200));
  } finally {
    await context.close();
  }
}

function note(context: AudioContext, pitch: number, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.25, at + 0.03);
  volume.gain.linearRampToValueAtTime(0, at + 0.28);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.3);
}

/** Whether the browser has what a call needs. */
export function canCall(scope: object = globalThis): boolean {
  return ['RTCPeerConnection', 'MediaStream', 'AudioContext', 'RTCDataChannel'].every((name) => name in scope);
}
