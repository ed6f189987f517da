import type { Cell, Side } from '@dualwrite/events';
import * as fc from 'fast-check';
import { isLosslessNumber, parse, stringify } from 'lossless-json';
import { fromWire, toWire, UnreadableValue } from './canonical';
import { canonicalDecimal } from './decimal-text';
import type { Column, ColumnType } from './table-schema';

const column = (type: ColumnType, extra: Partial<Column> = {}): Column => ({
  name: 'Column',
  type,
  nullable: true,
  ...extra,
});

/** A cell through the wire as it really goes: canonical, JSON text, and back. */
const through = (column: Column, side: Side, cell: Cell): Cell => {
  const text = stringify({ value: toWire(column, side, cell) }) ?? '';
  return fromWire(column, side, (parse(text) as Record<string, unknown>)['value']);
};

const digits = (max: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
const decimal = fc
  .tuple(fc.boolean(), digits(30), fc.option(digits(30)))
  .map(
    ([isNegative, whole, fraction]) =>
      canonicalDecimal(`${isNegative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}`) ?? '0',
  );
const day = fc
  .date({ min: new Date('1901-01-01T00:00:00Z'), max: new Date('2154-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const moment = fc
  .tuple(
    fc.date({
      min: new Date('1901-01-01T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    }),
    fc.stringMatching(/^[0-9]{0,6}[1-9]$/),
  )
  .chain(([date, fraction]) =>
    fc.constantFrom(`${date.toISOString().slice(0, 19)}Z`, `${date.toISOString().slice(0, 19)}.${fraction}Z`),
  );

const domains: readonly [ColumnType, fc.Arbitrary<Cell>][] = [
  ['string', fc.string({ unit: 'binary', minLength: 1 })],
  [
    'string',
    fc.constantFrom("O'Neil", '%27', '{"a":1}', ' ', '1900-01-01', 'null', '𝔘🙂', '\u0000', 'é\u0301'),
  ],
  ['decimal', decimal],
  ['double', decimal],
  ['int64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)],
  ['int32', fc.integer()],
  ['boolean', fc.boolean()],
  ['enum', fc.constantFrom('No', 'Yes')],
  ['date', day],
  ['datetime', moment],
  ['guid', fc.uuid()],
  ['lookup', fc.uuid()],
  ['binary', fc.base64String({ minLength: 4 })],
];

describe.each(['fo', 'dataverse'] as const)('canonical values of %s', (side) => {
  it.each(domains)(
    'given any canonical %s, when it goes over the wire and back, then it is the same',
    (type, cells) => {
      fc.assert(fc.property(cells, (cell) => expect(through(column(type), side, cell)).toBe(cell)));
    },
  );

  it.each(['string', 'date', 'datetime', 'guid'] as const)(
    'given an empty %s, when it goes over the wire and back, then it is empty',
    (type) => {
      expect(through(column(type), side, null)).toBeNull();
    },
  );

  it('given any JSON value, when it is read, then it is a cell or an UnreadableValue', () => {
    const types = fc.constantFrom(...domains.map(([type]) => type));
    fc.assert(
      fc.property(types, fc.jsonValue(), (type, json) => {
        try {
          const cell = fromWire(column(type), side, json);
          expect(cell === null || ['string', 'number', 'boolean'].includes(typeof cell)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableValue);
        }
      }),
    );
  });
});

describe('reading', () => {
  it.each([
    ['decimal', '123456789012345.1234567890', '123456789012345.123456789'],
    ['decimal', '1250.0000', '1250'],
    ['decimal', '-0.0', '0'],
    ['decimal', '1.5e3', '1500'],
    ['decimal', '1E-7', '0.0000001'],
    ['int64', '9223372036854775807', '9223372036854775807'],
  ] as const)(
    'given the %s %s in JSON, then no digit is lost and no zero is left over',
    (type, text, cell) => {
      expect(fromWire(column(type), 'dataverse', (parse(`[${text}]`) as unknown[])[0])).toBe(cell);
    },
  );

  it.each([
    ['fo', 'date', '2026-05-17T12:00:00Z', '2026-05-17'],
    ['fo', 'date', '1900-01-01T12:00:00Z', null],
    ['fo', 'datetime', '1900-01-01T00:00:00Z', null],
    ['fo', 'datetime', '1900-01-01T12:00:00Z', null],
    ['fo', 'datetime', '2154-12-31T23:59:59Z', '2154-12-31T23:59:59Z'],
    ['dataverse', 'date', '1900-01-01', '1900-01-01'],
    ['dataverse', 'datetime', '2026-03-01T10:15:42.500+01:00', '2026-03-01T09:15:42.5Z'],
    ['dataverse', 'datetime', '2026-03-01T09:15:42.000Z', '2026-03-01T09:15:42Z'],
    ['fo', 'guid', '00000000-0000-0000-0000-000000000000', null],
    ['dataverse', 'lookup', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ] as const)('given %s and the %s %s, then the cell is %s', (side, type, json, cell) => {
    expect(fromWire(column(type), side, json)).toBe(cell);
  });

  it.each([
    ['int32', '2147483648'],
    ['int32', '1.5'],
    ['int64', '1.5'],
    ['decimal', '1e999999'],
    ['boolean', '1'],
    ['date', '"2026-02-30"'],
    ['datetime', '"yesterday"'],
    ['guid', '"x"'],
    ['string', '{}'],
  ] as const)('given the %s %s, then it is refused and names the column', (type, text) => {
    expect(() => fromWire(column(type), 'fo', parse(text))).toThrow(UnreadableValue);
    expect(() => fromWire(column(type), 'fo', parse(text))).toThrow('Column');
  });
});

describe('writing', () => {
  it('given decimals and 64-bit numbers, then JSON shows every digit as a number', () => {
    expect(isLosslessNumber(toWire(column('decimal'), 'fo', '1.5'))).toBe(true);
    expect(stringify([toWire(column('decimal'), 'fo', '123456789012345678901234567890.123456789')])).toBe(
      '[123456789012345678901234567890.123456789]',
    );
    expect(stringify([toWire(column('int64'), 'dataverse', '-9223372036854775808')])).toBe(
      '[-9223372036854775808]',
    );
  });

  it.each([
    ['string', ''],
    ['date', '1900-01-01T12:00:00Z'],
    ['datetime', '1900-01-01T00:00:00Z'],
    ['int32', 0],
    ['enum', 'No'],
  ] as const)('given an empty %s for F&O, then it is %p', (type, wire) => {
    expect(toWire(column(type, { symbols: ['No', 'Yes'] }), 'fo', null)).toBe(wire);
    expect(toWire(column(type), 'dataverse', null)).toBeNull();
  });

  it('given a date for F&O, then it is noon, so that no time zone shifts it', () => {
    expect(toWire(column('date'), 'fo', '2026-05-17')).toBe('2026-05-17T12:00:00Z');
    expect(toWire(column('date'), 'dataverse', '2026-05-17')).toBe('2026-05-17');
  });
});
