import * as fc from 'fast-check';
import { canonicalDecimal, compareDecimals, roundDecimal } from './decimal-text';

/** Scaled to 40 digits after the point, so that the oracle is plain integer arithmetic. */
const scaled = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(40, '0'));
  return text.startsWith('-') ? -value : value;
};
const written = fc.stringMatching(/^-?[0-9]{1,25}(\.[0-9]{1,25})?$/);
const canonical = written.map((text) => canonicalDecimal(text) ?? '0');

describe('canonicalDecimal', () => {
  it('given any number, then it keeps its value and has one form', () => {
    fc.assert(
      fc.property(written, fc.nat(5), (text, zeros) => {
        const form = canonicalDecimal(text);
        expect(scaled(form ?? '')).toBe(scaled(text));
        const padded = text.includes('.') ? text + '0'.repeat(zeros) : text;
        expect(canonicalDecimal(padded.replace(/^(-?)/, `$1${'0'.repeat(zeros)}`))).toBe(form);
      }),
    );
  });

  it('given an exponent, then the point moves and nothing else', () => {
    fc.assert(
      fc.property(written, fc.integer({ min: -30, max: 30 }), (text, exponent) => {
        const moved = canonicalDecimal(`${text}e${exponent}`) ?? '';
        expect(canonicalDecimal(`${moved}e${-exponent}`)).toBe(canonicalDecimal(text));
      }),
    );
  });

  it.each(['', '-', '.', '1,5', '0x10', 'NaN', 'Infinity', '1e999999', '9'.repeat(1000)])(
    'given %p, then it is no number',
    (text) => {
      expect(canonicalDecimal(text)).toBeUndefined();
    },
  );
});

describe('compareDecimals', () => {
  it('given any two numbers, then their order is that of their values', () => {
    fc.assert(
      fc.property(canonical, canonical, (left, right) => {
        const [l, r] = [scaled(left), scaled(right)];
        expect(Math.sign(compareDecimals(left, right))).toBe(l < r ? -1 : l > r ? 1 : 0);
      }),
      { examples: [['-9', '-9']] },
    );
  });
});

describe('roundDecimal', () => {
  it.each([
    ['1.005', 2, '1.01'],
    ['-1.005', 2, '-1.01'],
    ['0.00005', 4, '0.0001'],
    ['0.00004', 4, '0'],
    ['-0.00004', 4, '0'],
    ['9.99995', 4, '10'],
    ['123456789012345678901234567890.55', 1, '123456789012345678901234567890.6'],
    ['2.5', 0, '3'],
    ['7', 4, '7'],
  ])('given %s at %i digits, then %s', (value, scale, rounded) => {
    expect(roundDecimal(value, scale)).toBe(rounded);
  });

  it('given any number, then it is off by at most half a last digit, and rounding again changes nothing', () => {
    fc.assert(
      fc.property(canonical, fc.nat(10), (value, scale) => {
        const rounded = roundDecimal(value, scale);
        const off = scaled(rounded) - scaled(value);
        expect(2n * (off < 0n ? -off : off) <= 10n ** BigInt(40 - scale)).toBe(true);
        expect(roundDecimal(rounded, scale)).toBe(rounded);
      }),
    );
  });
});
