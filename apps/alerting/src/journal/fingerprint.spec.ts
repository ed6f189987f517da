import { anEntry } from '../testing/an-entry';
import { fingerprintOf, templateOf } from './fingerprint';

const refused = (text: string) =>
  fingerprintOf(anEntry({ event: 'rejected', severity: 'error', code: '0x80040217', text }));

describe('fingerprintOf', () => {
  it('given one error of two rows, when only the values in its words differ, then it is one group', () => {
    expect(refused("Account 'US-001' of 5f0c7f0e-3a75-4c8e-9d2b-0a1f4f0f7a11 is 61 characters")).toBe(
      refused("Account 'DE-77 x' of 6f0c7f0e-3a75-4c8e-9d2b-0a1f4f0f7a12 is 7 characters"),
    );
  });

  it('given other words, another code or another map, then it is another group', () => {
    const first = anEntry({ severity: 'error', code: 'a', text: 'too long' });
    const others = [
      { ...first, text: 'too short' },
      { ...first, code: 'b' },
      { ...first, map: 'other' },
    ];
    expect(new Set([first, ...others].map(fingerprintOf)).size).toBe(4);
  });

  it('given nothing wrong, then there is no group', () => {
    expect(fingerprintOf(anEntry({ severity: 'info' }))).toBeNull();
  });

  it('given words with quotes, ids and numbers, then only the words are left', () => {
    expect(templateOf('value "90" of V-100234 at 12:01 is wrong')).toBe('value * of V-* at * is wrong');
  });
});
