import fc from 'fast-check';
import { compareDecimal, padDecimal, plainDecimal, roundDecimal } from './decimal';
import { ExactNumber, parseExact, writeExact, type Json } from './exact-json';

describe('parseExact and writeExact', () => {
  it('given any JSON, when read and written, then nothing changes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(writeExact(parseExact(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('given numbers that a double cannot hold, when read and written, then every digit is there', () => {
    const text = '{"a":12345678901234567890.1234567890,"b":[9007199254740993],"c":0.10}';
    expect(writeExact(parseExact(text))).toBe(text);
  });

  it('given a member named as the prototype, when read and written, then it is a member', () => {
    const text = '{"__proto__":{"a":5.5},"b":1}';
    expect(writeExact(parseExact(text))).toBe(text);
  });

  it('given broken JSON, when read, then it is a SyntaxError', () => {
    for (const text of ['['.repeat(100_000) + '1.5', '{"a":1.5', '[1.5,]', '{"a" 1.5}', '1.5 2', '"\n1.5"'])
      expect(() => parseExact(text)).toThrow(SyntaxError);
  });

  it('given a fraction, when read, then it is text', () => {
    expect(parseExact('[1.50]')).toEqual([new ExactNumber('1.50')] satisfies Json);
  });
});

describe('decimals', () => {
  it.each([
    ['1250.0000', '1250'],
    ['-0.0', '0'],
    ['1.5e3', '1500'],
    ['12e-4', '0.0012'],
    ['007.10', '7.1'],
  ])('given %s, then the plain form is %s', (text, plain) => {
    expect(plainDecimal(text)).toBe(plain);
  });

  it.each([
    ['1.23455', 4, '1.2346'],
    ['-1.23455', 4, '-1.2346'],
    ['0.99999', 2, '1'],
    ['-0.001', 2, '0'],
    ['12', 4, '12'],
  ])('given %s rounded to %i digits, then %s', (plain, digits, rounded) => {
    expect(roundDecimal(plain, digits)).toBe(rounded);
  });

  it('given money, when shown, then four digits follow the point', () => {
    expect([padDecimal('1250', 4), padDecimal('-0.5', 4), padDecimal('1.2345', 4)]).toEqual([
      '1250.0000',
      '-0.5000',
      '1.2345',
    ]);
  });

  it('given decimals of any length, when compared, then the order is that of the numbers', () => {
    const whole = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    fc.assert(
      fc.property(whole, whole, (left, right) => {
        const order = compareDecimal(`${left}`, `${right}`);
        expect(Math.sign(order)).toBe(left < right ? -1 : left > right ? 1 : 0);
      }),
    );
  });
});
