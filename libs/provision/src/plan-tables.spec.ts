import { planTables, type ActualTable } from './plan-tables';
import type { TableDefinition } from './table-definition';
import type { WantedTable } from './wanted';

const DEFINITION: TableDefinition = {
  table: 'new_order',
  entitySet: 'new_orders',
  primaryName: 'new_number',
  columns: [
    { name: 'new_number', type: 'string', maxLength: 40 },
    { name: 'new_amount', type: 'decimal', scale: 2 },
    { name: 'new_company', type: 'lookup', target: 'cdm_company' },
  ],
};
const WANTED: WantedTable = {
  table: 'new_order',
  definition: DEFINITION,
  columns: [
    { name: 'new_orderid', definition: null },
    ...DEFINITION.columns.map((definition) => ({ name: definition.name, definition })),
  ],
  keys: [['new_number', 'new_company']],
};
const AS_WANTED: ActualTable = {
  isTracked: true,
  canTrack: true,
  columns: new Map([
    ['new_orderid', 'Uniqueidentifier'],
    ['new_number', 'String'],
    ['new_amount', 'Money'],
    ['new_company', 'Lookup'],
  ]),
  keys: [{ columns: ['new_company', 'new_number'], status: 'Active' }],
};
const plan = (actual: Partial<ActualTable> | null): ReturnType<typeof planTables> =>
  planTables([WANTED], new Map(actual === null ? [] : [['new_order', { ...AS_WANTED, ...actual }]]));

describe('planTables', () => {
  it('given everything as wanted, whatever the order of a key, then nothing is to be done', () => {
    expect(plan({})).toEqual([]);
  });

  it('given no table, then it is made with its plain columns, then lookups, then keys, then tracking', () => {
    const items = plan(null);
    expect(items.map(({ kind, where }) => [kind, where])).toEqual([
      ['table', 'new_order'],
      ['lookup', 'new_order.new_company'],
      ['key', 'new_order(new_number, new_company)'],
      ['change-tracking', 'new_order'],
    ]);
    expect(items[0]?.step).toMatchObject({
      kind: 'create-table',
      columns: [{ name: 'new_number' }, { name: 'new_amount' }],
    });
  });

  it('given a standard table that is missing, then nobody makes it up', () => {
    const standard = { ...WANTED, definition: { ...DEFINITION, isStandard: true } };
    const [item, ...others] = planTables([standard], new Map());
    expect([item?.isOurs, item?.step, others.length]).toEqual([false, null, 0]);
  });

  it.each([
    ['Pending', 'pending', true],
    ['InProgress', 'pending', true],
    ['Failed', 'failed', false],
  ])('given a key that is %s, then it is %s and not made again', (status, state, isOurs) => {
    const keys = [{ columns: ['new_number', 'new_company'], status }];
    expect(plan({ keys }).map((item) => [item.kind, item.state, item.isOurs, item.step])).toEqual([
      ['key', state, isOurs, null],
    ]);
  });

  it('given a table that can never track changes, then a person is told', () => {
    const [item] = plan({ isTracked: false, canTrack: false });
    expect([item?.kind, item?.isOurs]).toEqual(['change-tracking', false]);
    expect(item?.remedy).toContain('Map another table');
  });

  it('given a column of another type, then it stays as it is', () => {
    const columns = new Map([...AS_WANTED.columns, ['new_amount', 'String']]);
    expect(plan({ columns }).map(({ where, state, step }) => [where, state, step])).toEqual([
      ['new_order.new_amount', 'different', null],
    ]);
  });
});
