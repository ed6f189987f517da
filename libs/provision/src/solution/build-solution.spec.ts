import type { ColumnDefinition, TableDefinition } from '../table-definition';
import type { WantedTable } from '../wanted';
import { buildSolution, type Solution } from './build-solution';

const COLUMNS: readonly ColumnDefinition[] = [
  { name: 'new_number', type: 'string', maxLength: 40 },
  { name: 'new_count', type: 'integer' },
  { name: 'new_row', type: 'bigint' },
  { name: 'new_amount', type: 'decimal', scale: 6 },
  { name: 'new_open', type: 'boolean' },
  { name: 'new_day', type: 'date' },
  { name: 'new_moment', type: 'datetime' },
  { name: 'new_kind', type: 'picklist', options: [{ value: 7, label: `<"Seven" & 'more'>\u0001` }] },
  { name: 'new_account', type: 'lookup', target: 'account', navigation: 'new_Account' },
];
const ORDER: TableDefinition = {
  table: 'new_order',
  entitySet: 'new_orders',
  displayName: 'Order',
  primaryName: 'new_number',
  columns: COLUMNS,
};
const wantedOf = (definition: TableDefinition, more: Partial<WantedTable> = {}): WantedTable => ({
  table: definition.table,
  definition,
  columns: definition.columns.map((column) => ({ name: column.name, definition: column })),
  keys: [],
  ...more,
});
const ACCOUNT = wantedOf(
  {
    table: 'account',
    schemaName: 'Account',
    isStandard: true,
    entitySet: 'accounts',
    columns: [{ name: 'new_rank', type: 'integer' }],
  },
  {
    columns: [
      { name: 'name', definition: null },
      { name: 'address1_line1', definition: null },
      { name: 'revenue_base', definition: null },
      { name: 'new_rank', definition: { name: 'new_rank', type: 'integer' } },
    ],
    keys: [['name', 'new_rank']],
  },
);
const textOf = ({ files }: Solution, name: string): string =>
  files.find((file) => file.name === name)?.text ?? '';
const attributeIn = (text: string, physicalName: string): string =>
  new RegExp(`<attribute PhysicalName="${physicalName}">[^]*?</attribute>`).exec(text)?.[0] ?? '';

describe('buildSolution', () => {
  const solution = buildSolution([wantedOf(ORDER, { keys: [['new_number', 'new_account']] }), ACCOUNT]);
  const customizations = textOf(solution, 'customizations.xml');

  it('given a new table and a standard one, then the first comes whole and of the other what it lacks', () => {
    expect(solution.leftOut).toEqual([]);
    expect(solution.counts).toEqual({ tables: 1, standardTables: 1, columns: 9, lookups: 1, keys: 2 });
    expect(
      [...textOf(solution, 'solution.xml').matchAll(/<RootComponent [^>]*>/g)].map(([root]) => root),
    ).toEqual([
      '<RootComponent type="1" schemaName="new_order" behavior="0" />',
      '<RootComponent type="1" schemaName="account" behavior="1" />',
    ]);
    expect([...customizations.matchAll(/<entity Name="(\w+)"/g)].map(([, name]) => name)).toEqual([
      'new_order',
      'Account',
    ]);
    expect(customizations.match(/<ChangeTrackingEnabled>1</g)).toHaveLength(2);
    expect(attributeIn(customizations, 'name')).toBe('');
  });

  it.each([
    ['new_orderid', ['<Type>primarykey<']],
    ['new_number', ['<Type>nvarchar<', '<MaxLength>40<', '<Length>80<', '<DisplayMask>PrimaryName|']],
    ['new_count', ['<Type>int<', '<MinValue>-2147483648<', '<MaxValue>2147483647<']],
    ['new_row', ['<Type>bigint<']],
    ['new_amount', ['<Type>decimal<', '<Accuracy>6<', '<MaxValue>100000000000<']],
    ['new_open', ['<Type>bit<', '<OptionSetType>bit<', '<option value="0"', '<option value="1"']],
    ['new_day', ['<Type>datetime<', '<Format>date<', '<Behavior>2<']],
    ['new_moment', ['<Type>datetime<', '<Format>datetime<', '<Behavior>1<']],
    ['new_kind', ['<Type>picklist<', '<OptionSetType>picklist<', '<option value="7"']],
    ['new_Account', ['<Type>lookup<', '<LogicalName>new_account<']],
  ])('given the column %s, then its type and limits are told', (name, parts) => {
    const attribute = attributeIn(customizations, name);
    for (const part of parts) expect(attribute).toContain(part);
  });

  it('given a label that is no XML, then it is told as text', () => {
    expect(customizations).toContain('description="&lt;&quot;Seven&quot; &amp; &apos;more&apos;&gt;\ufffd"');
  });

  it('given a lookup, then its relationship names both tables and both ways', () => {
    const relationship = /<EntityRelationship Name[^]*?<\/EntityRelationship>/.exec(customizations)?.[0];
    expect(relationship).toContain('Name="new_account_new_order_new_account"');
    expect(relationship).toContain('<ReferencingEntityName>new_order</ReferencingEntityName>');
    expect(relationship).toContain('<ReferencedEntityName>Account</ReferencedEntityName>');
    expect(relationship).toMatch(/NavigationPropertyName>new_Account<[^]*RelationshipRoleType>1<[^]*Type>0</);
  });

  it('given a column and a table that nobody has defined, then what needs them is left out and told', () => {
    const wanted = wantedOf(
      { ...ORDER, columns: [...COLUMNS, { name: 'new_other', type: 'lookup', target: 'new_missing' }] },
      { keys: [['new_number', 'new_other'], ['new_undefined'], ['new_number']] },
    );
    const { leftOut, counts } = buildSolution([
      { ...wanted, columns: [...wanted.columns, { name: 'new_undefined', definition: null }] },
      { table: 'new_missing', definition: null, columns: [], keys: [] },
    ]);
    expect(leftOut.map(({ kind, where, isOurs }) => [kind, where, isOurs])).toEqual([
      ['table', 'new_missing', false],
      ['column', 'new_order.new_undefined', false],
      ['lookup', 'new_order.new_other', false],
      ['key', 'new_order(new_number, new_other)', false],
      ['key', 'new_order(new_undefined)', false],
    ]);
    expect([counts.keys, counts.lookups]).toEqual([1, 1]);
  });

  it('given a key of columns that Dataverse has from the start, then it is left to the calls, which can look', () => {
    const { leftOut, counts } = buildSolution([{ ...ACCOUNT, keys: [['name']] }]);
    expect(leftOut.map(({ kind, where, isOurs }) => [kind, where, isOurs])).toEqual([
      ['key', 'account(name)', true],
    ]);
    expect(counts.keys).toBe(0);
  });

  it('given the same wants, then the text is the same', () => {
    const wanted = [wantedOf(ORDER), ACCOUNT];
    expect(buildSolution(wanted)).toEqual(buildSolution(structuredClone(wanted)));
  });
});
