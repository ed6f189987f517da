import type { TableMap } from '@dualwrite/maps';
import type { Column, TableSchema } from '@dualwrite/schemas';
import { deriveDefinitions } from './derive-definitions';
import { STANDARD_TABLES } from './table-definition';

const column = (name: string, type: Column['type'], more: Partial<Column> = {}): Column => ({
  name,
  type,
  nullable: true,
  ...more,
});
const schema = (side: 'fo' | 'dataverse', table: string, columns: readonly Column[]): TableSchema => ({
  side,
  table,
  entitySet: `${table}s`,
  entityType: table,
  key: [`${table}id`],
  columns: new Map(columns.map((one) => [one.name, one])),
  companyColumn: null,
});
const FO = schema('fo', 'Orders', [
  column('OrderNumber', 'string', { maxLength: 20 }),
  column('Amount', 'decimal', { scale: 12 }),
  column('Open', 'enum'),
  column('Kind', 'enum'),
  column('Shipped', 'date'),
  column('RowId', 'int64'),
  column('Photo', 'binary'),
]);
const map = (table: string, fields: TableMap['spec']['fields'], company = true): TableMap => ({
  apiVersion: 'dualwrite.io/v1',
  kind: 'TableMap',
  metadata: { name: 'orders', description: 'Orders' },
  spec: {
    fo: { entity: 'Orders' },
    dataverse: { table },
    ...(company ? { company: { fo: 'dataAreaId', dataverse: 'new_company' } } : {}),
    key: [{ fo: 'OrderNumber', dataverse: 'new_number' }],
    fields,
  },
});
const FIELDS: TableMap['spec']['fields'] = [
  { fo: 'OrderNumber', dataverse: 'new_number' },
  { fo: 'amount', dataverse: 'new_amount' },
  { fo: 'Open', dataverse: 'new_open', valueMap: { No: false, Yes: true } },
  { fo: 'Kind', dataverse: 'new_kind', valueMap: { A: 1, B: 2, '': 2 } },
  { fo: 'Shipped', dataverse: 'new_shipped' },
  { fo: 'RowId', dataverse: 'new_row' },
  { fo: 'Photo', dataverse: 'new_photo' },
  { fo: 'Kind', dataverse: 'new_group.new_name' },
  { fo: 'Kind', dataverse: 'fax' },
  { dataverse: 'new_constant', default: 1 },
];

describe('deriveDefinitions', () => {
  const derive = (one: TableMap, actual?: TableSchema): ReturnType<typeof deriveDefinitions> =>
    deriveDefinitions([one], { fo: () => FO, dataverse: () => actual }, STANDARD_TABLES).filter(
      ({ table }) => table === one.spec.dataverse.table,
    );

  it('given a table that nobody has, then its columns follow from the fields of F&O', () => {
    expect(derive(map('new_order', FIELDS))).toEqual([
      {
        table: 'new_order',
        entitySet: 'new_orders',
        displayName: 'Orders',
        primaryName: 'new_number',
        columns: [
          { name: 'new_number', type: 'string', maxLength: 100 },
          { name: 'new_amount', type: 'decimal', scale: 10 },
          { name: 'new_open', type: 'boolean' },
          {
            name: 'new_kind',
            type: 'picklist',
            options: [
              { value: 1, label: 'A' },
              { value: 2, label: '2' },
            ],
          },
          { name: 'new_shipped', type: 'date' },
          { name: 'new_row', type: 'bigint' },
          { name: 'new_company', type: 'lookup', target: 'cdm_company' },
        ],
      },
    ]);
  });

  it('given a table with some of the columns, then only the others are defined', () => {
    const actual = schema('dataverse', 'new_order', [
      column('new_number', 'string'),
      column('new_company', 'lookup'),
    ]);
    const [found] = derive(map('new_order', FIELDS.slice(0, 2)), actual);
    expect(found?.columns).toEqual([{ name: 'new_amount', type: 'decimal', scale: 10 }]);
  });

  it('given a table that is described already, then a new column comes beside those', () => {
    const before = STANDARD_TABLES.find(({ table }) => table === 'account');
    const [found] = derive(map('account', [{ fo: 'Amount', dataverse: 'new_amount' }], false));
    expect(found?.columns.length).toBe((before?.columns.length ?? 0) + 2);
    expect(found?.columns.slice(-2).map(({ name }) => name)).toEqual(['new_amount', 'new_number']);
  });

  it('given a table without a prefix that is not there, then it is not made up', () => {
    expect(derive(map('invoice', FIELDS))).toEqual([]);
  });
});
