import type { Column, TableSchema } from '@dualwrite/schemas';
import { foBody } from './fo-body';

const columns: Column[] = [
  { name: 'dataAreaId', type: 'string', nullable: false },
  { name: 'CustomerAccount', type: 'string', nullable: false },
  { name: 'OrganizationName', type: 'string', nullable: true },
];
const schema: TableSchema = {
  side: 'fo',
  table: 'CustomersV3',
  entitySet: 'CustomersV3',
  entityType: 'Microsoft.Dynamics.DataEntities.CustomerV3',
  key: ['dataAreaId', 'CustomerAccount'],
  columns: new Map(columns.map((column) => [column.name, column])),
  companyColumn: 'dataAreaId',
};
const nativeId = 'usmf|US-1';

describe('foBody', () => {
  it('given a create, then the key is there and what is empty is left out', () => {
    expect(foBody(schema, { kind: 'create', nativeId, patch: { OrganizationName: null } })).toEqual({
      body: { dataAreaId: 'usmf', CustomerAccount: 'US-1' },
    });
  });

  it('given an update, then an emptied text is "" and an unchanged key is left out', () => {
    const patch = { CustomerAccount: 'US-1', OrganizationName: null };
    expect(foBody(schema, { kind: 'update', nativeId, patch })).toEqual({ body: { OrganizationName: '' } });
  });

  it('given a column that is not there, then the write is rejected without being sent', () => {
    expect(foBody(schema, { kind: 'update', nativeId, patch: { Nope: 1 } })).toMatchObject({
      kind: 'rejected',
    });
  });
});
