import type { Source } from '../recording/compose';
import type { CallView } from './engine/call';

/** Who is seen and heard, for whoever composes a recording: a shared screen in the place of a face. */
export function streamsOf(view: CallView, you: { participant: string; name: string }): Source[] {
  return [ownOf(view, you), ...view.people.map(sourceOf)];
}

/** Whether both show the same tracks of the same people. */
export function sameStreams(some: readonly Source[], others: readonly Source[]): boolean {
  return some.length === others.length && some.every((one, at) => said(one) === said(others[at]));
}

function ownOf({ tracks }: CallView, { participant, name }: { participant: string; name: string }): Source {
  const all = [tracks.audio, tracks.screen ?? tracks.camera].filter((one) => one !== null);
  return { id: participant, name, stream: new MediaStream(all) };
}

function sourceOf({ participant, name, incoming, sharing }: CallView['people'][number]): Source {
  const picture = sharing.screen ? incoming?.screen : incoming?.camera;
  const all = [...(incoming?.audio.getTracks() ?? []), ...(picture?.getTracks() ?? [])];
  return { id: participant, name, stream: new MediaStream(all) };
}

function said(one: Source | undefined): string {
  const tracks = one?.stream.getTracks().map((track) => track.id) ?? [];
  return [one?.id, ...tracks.sort()].join(' ');
}
