import type { Outgoing } from './link';

/** The devices somebody chose; the browser's own choice where nothing is said. */
export interface Devices {
  camera?: string;
  microphone?: string;
  speaker?: string;
}

/** What went wrong with a device. */
export type DeviceProblem = 'denied' | 'missing' | 'busy' | 'insecure';

/** The own microphone, camera and screen, and switching them. */
export class OwnMedia {
  readonly tracks: Outgoing = { audio: null, camera: null, screen: null };
  microphone = true;
  camera = true;
  blur = false;
  problems: { microphone?: DeviceProblem; camera?: DeviceProblem } = {};
  devices: Devices;
  readonly #changed: () => void;

  constructor(devices: Devices, changed: () => void) {
    this.devices = devices;
    this.#changed = changed;
  }

  get screen(): boolean {
    return this.tracks.screen !== null;
  }

  /** Asks for both in one question; whatever is missing, the rest is used. */
  async open(): Promise<void> {
    if (!('mediaDevices' in navigator)) {
      this.problems = { microphone: 'insecure', camera: 'insecure' };
      this.#changed();
      return;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: this.#sound(), video: this.#picture() });
      this.#use('audio', stream.getAudioTracks()[0] ?? null);
      this.#use('camera', stream.getVideoTracks()[0] ?? null);
      this.#changed();
    } catch {
      await this.#reopenMicrophone();
      await this.setCamera(true);
    }
  }

  /** Mutes and unmutes; the microphone stays open, so that it answers at once. */
  setMicrophone(on: boolean): void {
    this.microphone = on;
    if (this.tracks.audio) this.tracks.audio.enabled = on;
    this.#changed();
  }

  /** Opens the camera, or closes it so that its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    this.camera = on;
    if (!on) this.#use('camera', null);
    else if (!this.tracks.camera) {
      this.#use('camera', await this.#asked('camera', { video: this.#picture() }, (one) => one.getVideoTracks()[0]));
    }
    this.#changed();
  }

  /** Goes on with another device. */
  async choose(devices: Devices): Promise<void> {
    const before = this.devices;
    this.devices = { ...before, ...devices };
    if (devices.microphone && devices.microphone !== before.microphone) await this.#reopenMicrophone();
    if (devices.camera && devices.camera !== before.camera && this.camera) {
      this.#use('camera', null);
      await this.setCamera(true);
    }
    this.#changed();
  }

  /** Shows the screen, or a part of it that the browser asks for; false when the person thought better of it. */
  async shareScreen(): Promise<boolean> {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 15 }, audio: false });
      const track = stream.getVideoTracks()[0] ?? null;
      if (track) {
        track.contentHint = 'detail';
        track.onended = () => this.stopScreen();
      }
      this.#use('screen', track);
    } catch {
      return false;
    }
    this.#changed();
    return this.screen;
  }

  /** Shows the screen no longer. */
  stopScreen(): void {
    this.#use('screen', null);
    this.#changed();
  }

  /** Whether this device can blur what is behind somebody by itself (W3C Media Capture Extensions). */
  get canBlur(): boolean {
    const { camera } = this.tracks;
    if (!camera || !('getCapabilities' in camera)) return false;
    const { backgroundBlur } = camera.getCapabilities() as { backgroundBlur?: boolean[] };
    return (backgroundBlur ?? []).length > 1;
  }

  /** Blurs what is behind, where the device can. */
  async setBlur(on: boolean): Promise<void> {
    await this.tracks.camera?.applyConstraints({ advanced: [{ backgroundBlur: on }] });
    this.blur = on;
    this.#changed();
  }

  /** Closes everything. */
  close(): void {
    for (const kind of ['audio', 'camera', 'screen'] as const) this.#use(kind, null);
  }

  async #reopenMicrophone(): Promise<void> {
    this.#use('audio', null);
    const track = await this.#asked('microphone', { audio: this.#sound() }, (one) => one.getAudioTracks()[0]);
    if (track) track.enabled = this.microphone;
    this.#use('audio', track);
  }

  async #asked(
    device: 'microphone' | 'camera',
    wanted: MediaStreamConstraints,
    track: (stream: MediaStream) => MediaStreamTrack | undefined,
  ): Promise<MediaStreamTrack | null> {
    try {
      const found = track(await navigator.mediaDevices.getUserMedia(wanted)) ?? null;
      const { [device]: _, ...others } = this.problems;
      this.problems = others;
      return found;
    } catch (error) {
      this.problems = { ...this.problems, [device]: problemOf(error) };
      return null;
    }
  }

  #use(kind: keyof Outgoing, track: MediaStreamTrack | null): void {
    const before = this.tracks[kind];
    if (before === track) return;
    if (before) {
      before.onended = null;
      before.stop();
    }
    this.tracks[kind] = track;
    if (!track || kind === 'screen') return;
    // Unplugged, or taken away by the browser.
    track.onended = () => {
      this.#use(kind, null);
      this.problems = { ...this.problems, [kind === 'audio' ? 'microphone' : 'camera']: 'missing' };
      this.#changed();
    };
  }

  #sound(): MediaTrackConstraints {
    const { microphone } = this.devices;
    const usual = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return microphone ? { ...usual, deviceId: { ideal: microphone } } : usual;
  }

  #picture(): MediaTrackConstraints {
    const { camera } = this.devices;
    const usual = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
    return camera ? { ...usual, deviceId: { ideal: camera } } : usual;
  }
}

/** Why a device could not be had, by the names of the Media Capture specification. */
export function problemOf(error: unknown): DeviceProblem {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'missing';
}
