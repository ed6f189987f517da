import type { Column, TableSchema } from '@dualwrite/schemas';
import { afterKeyFilter, equalsFilter, hasOrderedKey, keysFilter } from './fo-key-filter';

const text = (name: string): Column => ({ name, type: 'string', nullable: false });
const columns: Column[] = [
  text('dataAreaId'),
  text('CustomerAccount'),
  { name: 'Line', type: 'int32', nullable: false },
];
const schema: TableSchema = {
  side: 'fo',
  table: 'Lines',
  entitySet: 'Lines',
  entityType: 'Microsoft.Dynamics.DataEntities.Line',
  key: ['dataAreaId', 'CustomerAccount', 'Line'],
  columns: new Map(columns.map((column) => [column.name, column])),
  companyColumn: 'dataAreaId',
};

describe('afterKeyFilter', () => {
  it('given a key of three columns, then it asks for what is behind it, column by column', () => {
    expect(afterKeyFilter(schema, ['usmf', "O'Hara", 3])).toBe(
      "(dataAreaId gt 'usmf') or (dataAreaId eq 'usmf' and CustomerAccount gt 'O''Hara') or " +
        "(dataAreaId eq 'usmf' and CustomerAccount eq 'O''Hara' and Line gt 3)",
    );
  });
});

describe('equalsFilter', () => {
  it('given a value with an asterisk, then it is asked for as a range, for "eq" would take it as a wildcard', () => {
    expect(equalsFilter(text('Name'), 'a*b')).toBe("(Name ge 'a*b' and Name le 'a*b')");
  });
});

describe('keysFilter', () => {
  it('given two keys, then either is asked for', () => {
    expect(
      keysFilter(schema, [
        ['usmf', 'A', 1],
        ['usrt', 'B', 2],
      ]),
    ).toBe(
      "(dataAreaId eq 'usmf' and CustomerAccount eq 'A' and Line eq 1) or (dataAreaId eq 'usrt' and CustomerAccount eq 'B' and Line eq 2)",
    );
  });
});

describe('hasOrderedKey', () => {
  it('given an enum in the key, then there is no order to ask by', () => {
    const withEnum: TableSchema = {
      ...schema,
      columns: new Map([...schema.columns, ['Line', { name: 'Line', type: 'enum', nullable: false }]]),
    };
    expect([hasOrderedKey(schema), hasOrderedKey(withEnum)]).toEqual([true, false]);
  });
});
