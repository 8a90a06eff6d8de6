import { describe, expect, it } from 'vitest';
import { choicesOf, emptyChoice, faultOf, fieldsOf } from './choices';

describe('the choices of platforms', () => {
  it('begin with the one for all visits, also where there is none yet', () => {
    expect(fieldsOf([]).map((row) => row.platform)).toEqual(['built-in']);
    const rows = fieldsOf([{ platform: 'teams', provider_id: 'p' }, { platform: 'zoom' }]);
    expect(rows.map((row) => row.platform)).toEqual(['zoom', 'teams']);
  });

  it('send nothing that the platform has no use for', () => {
    const row = { ...emptyChoice('x'), platform: 'external' as const, host: 'ada', link: ' https://x.example/{room} ' };
    expect(choicesOf([row])).toEqual([
      {
        platform: 'external',
        provider_id: null,
        visit_type_id: null,
        host: '',
        link: 'https://x.example/{room}',
        names_visit_type: false,
      },
    ]);
  });

  it('are wrong without an address or without saying for whom', () => {
    const row = { ...emptyChoice('x'), platform: 'external' as const };
    expect(faultOf({ ...row, link: 'http://x.example' }, true)).toBe('link');
    expect(faultOf({ ...row, link: 'https://x.example' }, true)).toBeNull();
    expect(faultOf(emptyChoice('y'), false)).toBe('subject');
    expect(faultOf({ ...emptyChoice('y'), provider_id: 'p' }, false)).toBeNull();
  });
});
