import { describe, expect, it } from 'vitest';
import { mailedLink } from './rules';

describe('mailedLink', () => {
  it('reads an invitation and a reset', () => {
    expect(mailedLink('#email=a%2Bb%40cast.test&code=123456&purpose=invite')).toEqual({
      email: 'a+b@cast.test',
      code: '123456',
      invited: true,
    });
    expect(mailedLink('#email=a%40cast.test&code=123456&purpose=reset')?.invited).toBe(false);
  });

  it('refuses what is not one of ours', () => {
    expect(mailedLink('')).toBeNull();
    expect(mailedLink('#email=nobody&code=123456')).toBeNull();
    expect(mailedLink('#email=a%40cast.test&code=12')).toBeNull();
  });
});
