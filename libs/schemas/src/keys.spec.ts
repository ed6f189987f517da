import * as fc from 'fast-check';
import { UnreadableValue } from './canonical';
import { filterLiteral } from './filter-literal';
import { companyOf, keyPredicate, nativeIdOf, parseNativeId } from './keys';
import type { Column, TableSchema } from './table-schema';

const columns: readonly Column[] = [
  { name: 'dataAreaId', type: 'string', nullable: false },
  { name: 'Account', type: 'string', nullable: false },
  { name: 'Line', type: 'int32', nullable: false },
  {
    name: 'IsOpen',
    type: 'enum',
    nullable: false,
    symbols: ['No', 'Yes'],
    enumType: 'Microsoft.Dynamics.DataEntities.NoYes',
  },
  { name: 'ValidFrom', type: 'date', nullable: false },
];
const foTable = (...key: string[]): TableSchema => ({
  side: 'fo',
  table: 'Things',
  entitySet: 'Things',
  entityType: 'Microsoft.Dynamics.DataEntities.Thing',
  key,
  columns: new Map(columns.map((column) => [column.name, column])),
  companyColumn: key.includes('dataAreaId') ? 'dataAreaId' : null,
});
const things = foTable('dataAreaId', 'Account', 'Line', 'IsOpen', 'ValidFrom');
const account: TableSchema = {
  ...foTable('accountid'),
  side: 'dataverse',
  columns: new Map([['accountid', { name: 'accountid', type: 'guid', nullable: false }]]),
};

/** What separates and escapes comes up often. */
const hostile = fc.oneof(
  fc.constantFrom('|', '\\', "'"),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);

describe('native ids', () => {
  it('given the cells of a key, then they are joined in the order of the metadata, the company in lower case', () => {
    const cells = { ValidFrom: '2026-05-17', Account: 'US-001', dataAreaId: 'USMF', Line: 7, IsOpen: 'Yes' };
    expect(nativeIdOf(things, cells)).toBe('usmf|US-001|7|Yes|2026-05-17');
    expect(companyOf(things, cells)).toBe('usmf');
  });

  it('given any text in a key, when its id is parsed, then the text is back', () => {
    const table = foTable('dataAreaId', 'Account');
    fc.assert(
      fc.property(fc.string({ unit: hostile, minLength: 1 }), (text) => {
        const cells = { dataAreaId: 'usmf', Account: text };
        expect(parseNativeId(table, nativeIdOf(table, cells) ?? '')).toEqual(cells);
      }),
    );
  });

  it('given two different keys, then their ids differ', () => {
    const table = foTable('dataAreaId', 'Account');
    const text = fc.string({ unit: fc.constantFrom('a', '|', '\\'), minLength: 1 });
    const id = ([dataAreaId, Account]: [string, string]): string | null =>
      nativeIdOf(table, { dataAreaId, Account });
    fc.assert(
      fc.property(fc.tuple(text, text), fc.tuple(text, text), (left, right) => {
        expect(id(left) === id(right)).toBe(JSON.stringify(left) === JSON.stringify(right));
      }),
    );
  });

  it.each([
    [{ Account: 'US-001' }],
    [{ dataAreaId: 'usmf', Account: null }],
    [{ dataAreaId: null, Account: 'US-001' }],
  ])('given %j, then there is no id', (cells) => {
    expect(nativeIdOf(foTable('dataAreaId', 'Account'), cells)).toBeNull();
  });

  it('given a Dataverse row, then its id is the GUID in lower case', () => {
    expect(nativeIdOf(account, { accountid: 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11' })).toBe(
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    );
    expect(nativeIdOf(account, {})).toBeNull();
  });

  it('given an id with too few parts, then it is refused', () => {
    expect(() => parseNativeId(things, 'usmf|US-001')).toThrow(UnreadableValue);
  });
});

describe('keyPredicate', () => {
  it('given a key of every type, then each part is a literal of its type', () => {
    expect(keyPredicate(things, 'usmf|US-001|7|Yes|2026-05-17')).toBe(
      "(dataAreaId='usmf',Account='US-001',Line=7,IsOpen=Microsoft.Dynamics.DataEntities.NoYes'Yes',ValidFrom=2026-05-17T12%3A00%3A00Z)",
    );
  });

  it('given apostrophes, slashes and other letters, then they are doubled and percent-encoded', () => {
    const table = foTable('dataAreaId', 'Account');
    expect(keyPredicate(table, "usmf|O'Neil & Söhne/1")).toBe(
      "(dataAreaId='usmf',Account='O''Neil%20%26%20S%C3%B6hne%2F1')",
    );
    expect(keyPredicate(table, 'usmf|\uD800')).toBe("(dataAreaId='usmf',Account='%EF%BF%BD')");
  });

  it('given any text, then the address decodes to its literal', () => {
    const table = foTable('dataAreaId', 'Account');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const id = nativeIdOf(table, { dataAreaId: 'usmf', Account: text }) ?? '';
        expect(decodeURIComponent(keyPredicate(table, id))).toBe(
          `(dataAreaId='usmf',Account='${text.replace(/'/g, "''")}')`,
        );
      }),
    );
  });

  it('given a GUID, then it stands alone', () => {
    expect(keyPredicate(account, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')).toBe(
      '(a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11)',
    );
  });
});

describe('filterLiteral', () => {
  it.each([
    ['fo', columns[1], "O'Neil", "'O''Neil'"],
    ['fo', columns[1], null, "''"],
    ['fo', columns[3], 'Yes', "Microsoft.Dynamics.DataEntities.NoYes'Yes'"],
    ['dataverse', columns[1], null, 'null'],
    ['dataverse', { name: 'x', type: 'decimal', nullable: true }, '10.5', '10.5'],
    ['dataverse', { name: 'x', type: 'boolean', nullable: true }, true, 'true'],
  ] as const)('given %s, %j and %j, then %s', (side, column, cell, literal) => {
    expect(filterLiteral(side, column as Column, cell)).toBe(literal);
  });
});
