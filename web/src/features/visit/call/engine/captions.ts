/**
 * The places where captions of what people say are shown: one on each picture, empty until something fills it. Nothing
 * of ours listens and writes yet; whatever will (a captioner on the device, a person who types) reaches them here.
 */
export class Captions {
  readonly #pictures = new Map<string, HTMLVideoElement>();

  /** The picture of a peer is shown; the answer is called when it goes. */
  open(peer: string, video: HTMLVideoElement): () => void {
    this.#pictures.set(peer, video);
    return () => {
      if (this.#pictures.get(peer) === video) this.#pictures.delete(peer);
    };
  }

  /** The track on the picture of a peer; null while none is shown. */
  of(peer: string): TextTrack | null {
    const tracks = [...(this.#pictures.get(peer)?.textTracks ?? [])];
    return tracks.find(({ kind }) => kind === 'captions') ?? null;
  }

  /** Shows words on the picture of a peer from now on for so long; false when there is none to show them on. */
  show(peer: string, words: string, seconds: number): boolean {
    const video = this.#pictures.get(peer);
    const track = this.of(peer);
    if (!video || !track) return false;
    track.mode = 'showing';
    track.addCue(new VTTCue(video.currentTime, video.currentTime + seconds, words));
    return true;
  }
}
