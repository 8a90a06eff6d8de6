import { useSyncExternalStore } from 'react';
import type { CallView } from './engine/call';

/** What somebody in the call sends now, for whoever composes a recording. */
export interface CallStream {
  participant: string;
  name: string;
  own: boolean;
  stream: MediaStream;
}

let streams: CallStream[] = [];
const watchers = new Set<() => void>();

/** The streams of everybody in the call that this tab is in; none outside of a call. */
export function useCallStreams(): CallStream[] {
  return useSyncExternalStore(watch, () => streams);
}

/** Says what the streams are now; told only when one is another than before. */
export function tellStreams(view: CallView | null, you: { participant: string; name: string } | null): void {
  const next = view && you ? [ownStream(view, you), ...view.people.map(streamOf)] : [];
  if (next.length === streams.length && next.every((one, at) => same(one, streams[at]))) return;
  streams = next;
  watchers.forEach((watcher) => watcher());
}

function ownStream({ tracks }: CallView, you: { participant: string; name: string }): CallStream {
  const all = [tracks.audio, tracks.screen ?? tracks.camera].filter((one) => one !== null);
  return { ...you, own: true, stream: new MediaStream(all) };
}

function streamOf({ participant, name, incoming, sharing }: CallView['people'][number]): CallStream {
  const picture = sharing.screen ? incoming?.screen : incoming?.camera;
  const all = [...(incoming?.audio.getTracks() ?? []), ...(picture?.getTracks() ?? [])];
  return { participant, name, own: false, stream: new MediaStream(all) };
}

function same(one: CallStream, other: CallStream | undefined): boolean {
  const tracks = (stream: MediaStream) => stream.getTracks().map((track) => track.id).sort().join(' ');
  return one.participant === other?.participant && tracks(one.stream) === tracks(other.stream);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
