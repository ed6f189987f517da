import type { Column, TableSchema } from '@dualwrite/schemas';
import { cellsOf } from './wire-cells';

const target = (table: string) => ({ table, entitySet: `${table}s`, navigationProperty: table });
const columns: Column[] = [
  { name: 'name', type: 'string', nullable: true },
  { name: 'creditlimit', type: 'decimal', nullable: true },
  { name: 'statecode', type: 'int32', nullable: true },
  { name: 'customerid', type: 'lookup', nullable: true, targets: [target('account'), target('contact')] },
];
const schema: TableSchema = {
  side: 'dataverse',
  table: 'account',
  entitySet: 'accounts',
  entityType: 'account',
  key: ['accountid'],
  columns: new Map(columns.map((column) => [column.name, column])),
  companyColumn: null,
};

describe('cellsOf', () => {
  it('given values as people write them, then they come in canonical form', () => {
    const fields = { name: 'A', creditlimit: '2500.500', statecode: 1, customerid: 'account/GUID' };
    expect(cellsOf(schema, fields)).toEqual({
      cells: { name: 'A', creditlimit: '2500.5', statecode: 1, customerid: 'account/GUID' },
    });
  });

  it('given values that are none, then all of them are named', () => {
    const read = cellsOf(schema, { fax: '1', creditlimit: 'much', customerid: 'GUID' });
    const problems = 'problems' in read ? read.problems : [];
    expect(problems.map(({ field }) => field)).toEqual(['fax', 'creditlimit', 'customerid']);
    expect(problems[2]?.message).toContain('TABLE/GUID');
  });
});
