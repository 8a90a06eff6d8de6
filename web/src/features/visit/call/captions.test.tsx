import { render } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { Captions } from './engine/captions';
import { Picture } from './Picture';

class Cue {
  constructor(
    readonly from: number,
    readonly until: number,
    readonly text: string,
  ) {}
}

afterEach(() => vi.unstubAllGlobals());

it('keeps a place for captions on each picture, reached through the call while it is shown', () => {
  vi.stubGlobal('VTTCue', Cue);
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue();
  const cues: Cue[] = [];
  const track = { kind: 'captions', mode: 'disabled', addCue: (cue: Cue) => void cues.push(cue) };
  // What browsers make of the <track> in the picture, and this one does not.
  vi.spyOn(HTMLMediaElement.prototype, 'textTracks', 'get').mockImplementation(function (this: HTMLMediaElement) {
    return [...this.querySelectorAll('track[kind="captions"]')].map(() => track) as unknown as TextTrackList;
  });
  const captions = new Captions();
  expect(captions.show('ana', 'Good morning', 4)).toBe(false);

  const shown = render(
    <Picture stream={{} as MediaStream} label="Picture of Ana" onVideo={(video) => captions.open('ana', video)} />,
  );
  expect(captions.of('ana')).toBe(track);
  expect(track.mode).toBe('disabled');
  expect(captions.show('ana', 'Good morning', 4)).toBe(true);
  expect([track.mode, cues]).toEqual(['showing', [new Cue(0, 4, 'Good morning')]]);
  expect(captions.of('somebody else')).toBeNull();

  shown.unmount();
  expect(captions.of('ana')).toBeNull();
});
