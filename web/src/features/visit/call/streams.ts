import { useSyncExternalStore } from 'react';
import type { Source } from '../recording/compose';
import type { CallView } from './engine/call';

/** A source with whose it is, and whether it is one's own. */
export interface CallStream extends Source {
  participant: string;
  own: boolean;
}

let now: readonly CallStream[] = [];
const watchers = new Set<() => void>();

/** Says who is seen and heard now. */
export function putStreams(streams: readonly CallStream[]): void {
  now = streams;
  watchers.forEach((watcher) => watcher());
}

/** Who is seen and heard in the call of this tab, live; nobody outside of one. */
export function useCallStreams(): readonly CallStream[] {
  return useSyncExternalStore(watch, () => now);
}

/** Who is seen and heard, for whoever composes a recording: a shared screen in the place of a face. */
export function streamsOf(view: CallView, you: { participant: string; name: string }): CallStream[] {
  return [ownOf(view, you), ...view.people.map(sourceOf)];
}

/** Whether both show the same tracks of the same people. */
export function sameStreams(some: readonly Source[], others: readonly Source[]): boolean {
  return some.length === others.length && some.every((one, at) => said(one) === said(others[at]));
}

function ownOf({ tracks }: CallView, { participant, name }: { participant: string; name: string }): CallStream {
  const all = [tracks.audio, tracks.screen ?? tracks.camera].filter((one) => one !== null);
  return { id: participant, participant, name, own: true, stream: new MediaStream(all) };
}

function sourceOf({ participant, name, incoming, sharing }: CallView['people'][number]): CallStream {
  const picture = sharing.screen ? incoming?.screen : incoming?.camera;
  const all = [...(incoming?.audio.getTracks() ?? []), ...(picture?.getTracks() ?? [])];
  return { id: participant, participant, name, own: false, stream: new MediaStream(all) };
}

function said(one: Source | undefined): string {
  const tracks = one?.stream.getTracks().map((track) => track.id) ?? [];
  return [one?.id, ...tracks.sort()].join(' ');
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}
