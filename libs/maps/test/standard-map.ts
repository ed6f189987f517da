import type { TableSchema } from '@dualwrite/schemas';
import { compileMap } from '../src/compile-map';
import type { CompiledField } from '../src/compile-field';
import type { CompiledMap } from '../src/compiled-map';
import { resolveMap } from '../src/resolve-map';
import type { FieldSpec, TableMap } from '../src/table-map';
import { sideSchemas } from './side-schemas';

/** The customer map in small; a test gives what matters to it. */
export function aMap(spec: Partial<TableMap['spec']> = {}): TableMap {
  return {
    apiVersion: 'dualwrite.io/v1',
    kind: 'TableMap',
    metadata: { name: 'customers' },
    spec: {
      fo: { entity: 'CustomersV3' },
      dataverse: { table: 'account' },
      company: { fo: 'dataAreaId', dataverse: 'msdyn_company' },
      key: [{ fo: 'CustomerAccount', dataverse: 'accountnumber' }],
      fields: [{ fo: 'CustomerAccount', dataverse: 'accountnumber' }],
      ...spec,
    },
  };
}

/** Resolved and compiled as the mapper does it: through JSON. */
export async function compiled(
  spec: Partial<TableMap['spec']> = {},
  change?: (schema: TableSchema) => TableSchema,
): Promise<CompiledMap> {
  const schemas = await sideSchemas();
  const changed = change
    ? { fo: [...schemas.fo].map(change), dataverse: [...schemas.dataverse].map(change) }
    : schemas;
  const { map, findings } = resolveMap(aMap(spec), changed);
  if (map === undefined) throw new Error(JSON.stringify(findings));
  return compileMap(JSON.parse(JSON.stringify(map)), 1);
}

/** One field of the customer map, compiled. */
export async function compiledField(
  field: FieldSpec,
  change?: (schema: TableSchema) => TableSchema,
): Promise<CompiledField> {
  const map = await compiled({ fields: [field] }, change);
  const found = map.fields.find((one) => !one.createOnly);
  if (found === undefined) throw new Error('no field');
  return found;
}
