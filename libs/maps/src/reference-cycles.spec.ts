import { referenceCycles } from './reference-cycles';

const aMap = (name: string, table: string, ...targets: string[]) => ({
  name,
  table: { fo: name, dataverse: table },
  lookups: targets.map((target) => ({
    column: target,
    foColumn: target,
    table: target,
    primaryKey: `${target}id`,
    keyColumn: 'code',
    companyColumn: null,
    companyScoped: false,
  })),
});

const cyclesOf = (...maps: ReturnType<typeof aMap>[]) =>
  Object.fromEntries([...referenceCycles(maps)].map(([name, tables]) => [name, [...tables].sort()]));

describe('referenceCycles', () => {
  it('given maps that point one way, then nothing has to follow', () => {
    expect(
      cyclesOf(aMap('customers', 'account', 'group', 'currency'), aMap('groups', 'group', 'term')),
    ).toEqual({
      customers: [],
      groups: [],
    });
  });

  it('given a table that points at itself, then that reference follows', () => {
    expect(cyclesOf(aMap('customers', 'account', 'account', 'group'))).toEqual({ customers: ['account'] });
  });

  it('given two tables that point at each other, by different maps, then both references follow, and no others', () => {
    const persons = aMap('persons', 'contact', 'account', 'group');
    expect(cyclesOf(aMap('customers', 'account', 'contact', 'group'), persons)).toEqual({
      customers: ['contact'],
      persons: ['account'],
    });
    expect(cyclesOf(aMap('customers', 'account', 'contact', 'group'))).toEqual({ customers: [] });
  });

  it('given a circle over three tables, then every reference in it follows', () => {
    expect(cyclesOf(aMap('a', 'ta', 'tb', 'x'), aMap('b', 'tb', 'tc'), aMap('c', 'tc', 'ta'))).toEqual({
      a: ['tb'],
      b: ['tc'],
      c: ['ta'],
    });
  });
});
