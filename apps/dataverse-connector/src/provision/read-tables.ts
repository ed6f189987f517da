import { isObject, textOf, type DataverseMetadata, type JsonObject } from '@dualwrite/odata';
import type { ActualTable } from '@dualwrite/provision';

const READ_COUNT_MAX = 4;

/** Tables as the metadata tells them; those that are not there are not in the answer. */
export async function readTables(
  metadata: DataverseMetadata,
  names: readonly string[],
): Promise<Map<string, ActualTable>> {
  const tables = new Map<string, ActualTable>();
  const waiting = [...names];
  const reader = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const table = await readTable(metadata, name);
      if (table !== null) tables.set(name, table);
    }
  };
  await Promise.all(Array.from({ length: READ_COUNT_MAX }, reader));
  return tables;
}

async function readTable(metadata: DataverseMetadata, name: string): Promise<ActualTable | null> {
  const path = `EntityDefinitions(LogicalName='${name}')`;
  const definition = await metadata.find(
    `${path}?$select=LogicalName,ChangeTrackingEnabled,CanChangeTrackingBeEnabled&$expand=Keys($select=KeyAttributes,EntityKeyIndexStatus)`,
  );
  if (definition === null) return null;
  const attributes = await metadata.list(`${path}/Attributes?$select=LogicalName,AttributeType`);
  return {
    isTracked: definition['ChangeTrackingEnabled'] === true,
    canTrack: managedValue(definition['CanChangeTrackingBeEnabled']),
    columns: new Map(
      attributes.map((one) => [textOf(one, 'LogicalName') ?? '', textOf(one, 'AttributeType') ?? '']),
    ),
    keys: objectsIn(definition['Keys']).map((key) => ({
      columns: listOfText(key['KeyAttributes']),
      status: textOf(key, 'EntityKeyIndexStatus') ?? '',
    })),
  };
}

/** A managed property is `{Value}`; absent: nothing forbids it. */
function managedValue(property: unknown): boolean {
  return !isObject(property) || property['Value'] !== false;
}

function objectsIn(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function listOfText(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}
