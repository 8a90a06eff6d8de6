import { fitted, type Tile, tiles } from './layout';

/** One person in the composed picture. */
export interface Source {
  /** Stays the same while the person is in. */
  id: string;
  name: string;
  stream: MediaStream;
}

export interface Composed {
  /** One picture and one sound of everybody. */
  stream: MediaStream;
  /** Whoever is in now, in the order in which they are shown. */
  show: (sources: readonly Source[]) => void;
  stop: () => void;
}

export interface Size {
  width: number;
  height: number;
  framesPerSecond: number;
}

export const USUAL: Size = { width: 1280, height: 720, framesPerSecond: 20 };

interface Part {
  source: Source;
  video: HTMLVideoElement;
  sound: MediaStreamAudioSourceNode | null;
}

/** Makes one stream of many: pictures in a grid with names, voices mixed. Who comes or goes does not interrupt it. */
export function compose({ width, height, framesPerSecond }: Size = USUAL): Composed {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pencil = canvas.getContext('2d', { alpha: false });
  if (!pencil) throw new Error('this browser cannot draw');
  const audio = new AudioContext();
  const mixed = audio.createMediaStreamDestination();
  void audio.resume();
  const parts = new Map<string, Part>();
  let order: string[] = [];

  const draw = () => {
    pencil.fillStyle = '#10181c';
    pencil.fillRect(0, 0, width, height);
    tiles(order.length, width, height).forEach((tile, place) => {
      const part = parts.get(order[place] ?? '');
      if (part) drawPart(pencil, part, tile);
    });
  };
  draw();
  const picture = canvas.captureStream(framesPerSecond);
  // A timer and not the animation frame: a tab in the background draws on.
  const timer = setInterval(draw, 1_000 / framesPerSecond);

  return {
    stream: new MediaStream([...picture.getVideoTracks(), ...mixed.stream.getAudioTracks()]),
    show: (sources) => {
      const wanted = new Set(sources.map(({ id }) => id));
      parts.forEach((part, id) => {
        if (!wanted.has(id)) remove(parts, part);
      });
      for (const source of sources) {
        const before = parts.get(source.id);
        if (before?.source.stream === source.stream) {
          before.source = source;
          before.sound ??= listen(audio, mixed, source.stream);
          continue;
        }
        if (before) remove(parts, before);
        parts.set(source.id, { source, video: screenOf(source.stream), sound: listen(audio, mixed, source.stream) });
      }
      order = sources.map(({ id }) => id);
    },
    stop: () => {
      clearInterval(timer);
      parts.forEach((part) => remove(parts, part));
      picture.getTracks().forEach((track) => track.stop());
      void audio.close();
    },
  };
}

function screenOf(stream: MediaStream): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  void video.play().catch(() => undefined); // Without a picture yet it begins when there is one.
  return video;
}

function listen(
  audio: AudioContext,
  into: MediaStreamAudioDestinationNode,
  stream: MediaStream,
): MediaStreamAudioSourceNode | null {
  if (stream.getAudioTracks().length === 0) return null;
  const sound = audio.createMediaStreamSource(stream);
  sound.connect(into);
  return sound;
}

function remove(parts: Map<string, Part>, part: Part): void {
  part.sound?.disconnect();
  part.video.srcObject = null;
  parts.delete(part.source.id);
}

function drawPart(pencil: CanvasRenderingContext2D, { source, video }: Part, tile: Tile): void {
  const place = fitted(tile, video.videoWidth, video.videoHeight);
  if (place.width > 0) pencil.drawImage(video, place.x, place.y, place.width, place.height);
  const size = Math.max(12, Math.round(tile.height / 24));
  pencil.font = `${size}px sans-serif`;
  pencil.textBaseline = 'bottom';
  const wide = Math.min(tile.width, pencil.measureText(source.name).width + size);
  pencil.fillStyle = 'rgba(16, 24, 28, 0.7)';
  pencil.fillRect(tile.x, tile.y + tile.height - 1.6 * size, wide, 1.6 * size);
  pencil.fillStyle = '#ffffff';
  pencil.fillText(source.name, tile.x + size / 2, tile.y + tile.height - 0.3 * size, tile.width - size);
}
