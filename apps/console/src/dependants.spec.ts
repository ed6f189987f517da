import { resolveMap, type TableMap } from '@dualwrite/maps';
import type { Column, TableSchema } from '@dualwrite/schemas';
import { dependantsOf } from './dependants';
import type { StoredMap } from './map-store';

const text = (name: string): Column => ({ name, type: 'string', nullable: true, maxLength: 20 });
const lookup = (name: string, target: string): Column => ({
  name,
  type: 'lookup',
  nullable: true,
  targets: [{ table: target, entitySet: `${target}s`, navigationProperty: name }],
});

/** A map `NAME` fills the table `NAME`, whose rows may point at rows of another. */
function aMap(
  name: string,
  pointsAt: string | null,
  desired: StoredMap['run']['desired'] = 'running',
): StoredMap {
  const fo = table('fo', `Fo${name}`, ['Id'], [text('Id'), text('Parent')]);
  const schemas = (of: string, parent: string | null) =>
    table(
      'dataverse',
      of,
      [`${of}id`],
      [
        { name: `${of}id`, type: 'guid', nullable: false },
        text('code'),
        ...(parent === null ? [] : [lookup('parent', parent)]),
      ],
    );
  const definition: TableMap = {
    apiVersion: 'dualwrite.io/v1',
    kind: 'TableMap',
    metadata: { name },
    spec: {
      fo: { entity: `Fo${name}` },
      dataverse: { table: name },
      key: [{ fo: 'Id', dataverse: 'code' }],
      fields: [
        { fo: 'Id', dataverse: 'code' },
        ...(pointsAt === null ? [] : [{ fo: 'Parent', dataverse: 'parent.code' }]),
      ],
    },
  };
  const dataverse = [schemas(name, pointsAt), ...(pointsAt === null ? [] : [schemas(pointsAt, null)])];
  const { map, findings } = resolveMap(definition, { fo: [fo], dataverse });
  if (!map) throw new Error(JSON.stringify(findings));
  const run = { desired, runEpoch: 1, baseline: 1, startEpoch: 1 };
  return {
    name,
    version: 1,
    definition: map,
    run,
    changedAt: '',
    actedBy: null,
    reason: null,
    companies: {},
    deleteLimit: {},
    directions: {},
  };
}

function table(side: TableSchema['side'], name: string, key: string[], columns: Column[]): TableSchema {
  return {
    ...{ side, table: name, entitySet: `${name}s`, entityType: name, key, companyColumn: null },
    columns: new Map(columns.map((column) => [column.name, column])),
  };
}

describe('dependantsOf', () => {
  const maps = [
    aMap('groups', null),
    aMap('customers', 'groups'),
    aMap('orders', 'customers'),
    aMap('units', null),
    aMap('vendors', 'groups', 'paused'),
  ];

  it('given maps that point at each other, then all running ones that hang on it are named, however far', () => {
    expect(dependantsOf(maps, ['groups'])).toEqual(['customers', 'orders']);
  });

  it('given that a dependant is named itself, then only the others are', () => {
    expect(dependantsOf(maps, ['groups', 'customers'])).toEqual(['orders']);
    expect(dependantsOf(maps, ['units', 'orders'])).toEqual([]);
  });
});
