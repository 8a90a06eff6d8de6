import { describe, expect, it } from 'vitest';
import { reasonKey } from './deadLetterWords';
import en from './i18n/en.json';
import es from './i18n/es.json';

describe('why an event was set aside', () => {
  it('has words in both languages for each code that we give', () => {
    const ours = ['not_json', 'not_an_event', 'too_large', 'unknown_version', 'unknown_type', 'not_taken'];
    for (const code of [...ours, 'handler_failed']) {
      const key = reasonKey(code);
      expect(key).toBe(code);
      expect(en.deadLetters.reason[key]).toBeTruthy();
      expect(es.deadLetters.reason[key]).toBeTruthy();
    }
  });

  it('is told by its code where the broker gave it', () => {
    expect(reasonKey('maxlen')).toBe('other');
    expect(en.deadLetters.reason.other).toContain('{{code}}');
    expect(es.deadLetters.reason.other).toContain('{{code}}');
  });
});
