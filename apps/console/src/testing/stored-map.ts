import type { Side } from '@dualwrite/events';
import { resolveMap, type TableMap } from '@dualwrite/maps';
import type { Column, TableSchema } from '@dualwrite/schemas';
import type { StoredMap } from '../map-store';

const definition: TableMap = {
  apiVersion: 'dualwrite.io/v1',
  kind: 'TableMap',
  metadata: { name: 'units' },
  spec: {
    fo: { entity: 'Units' },
    dataverse: { table: 'unit' },
    key: [{ fo: 'Code', dataverse: 'code' }],
    fields: [
      { fo: 'Code', dataverse: 'code', direction: 'both' },
      { fo: 'Name', dataverse: 'name', direction: 'both' },
    ],
  },
};

/** Units with a code and a name, both ways. */
export function aStoredMap(): StoredMap {
  const { map, findings } = resolveMap(definition, {
    fo: [schema('fo', 'Units', ['Code', 'Name'], 'Code')],
    dataverse: [schema('dataverse', 'unit', ['unitid', 'code', 'name'], 'unitid')],
  });
  if (!map) throw new Error(JSON.stringify(findings));
  return {
    ...{ name: 'units', version: 1, definition: map, run: {} as StoredMap['run'] },
    ...{ changedAt: '', actedBy: null, reason: null, companies: {}, deleteLimit: {}, directions: {} },
  };
}

function schema(side: Side, table: string, columns: readonly string[], key: string): TableSchema {
  const column = (name: string): Column => ({ name, type: 'string', nullable: true, maxLength: 60 });
  return {
    side,
    table,
    entitySet: table,
    entityType: table,
    key: [key],
    columns: new Map(columns.map((name) => [name, column(name)])),
    companyColumn: null,
  };
}
