import type { Side } from '@dualwrite/events';
import { xml2json } from 'odata-csdl';
import { columnsOf } from './csdl-columns';
import { isRecord, namespacesOf, resolveType, type CsdlDocument } from './csdl-document';
import type { Column, TableSchema } from './table-schema';

/** The text is not a `$metadata` document. */
export class UnreadableMetadata extends Error {
  readonly code = 'unreadable-metadata';
}

/**
 * Reads a side's `$metadata` into table schemas, one per entity set.
 *
 * @throws {UnreadableMetadata} not XML, not CSDL, or without entity sets
 */
export async function parseCsdl(side: Side, xml: string): Promise<TableSchema[]> {
  const document = readDocument(xml);
  const sets = entitySetsOf(document);
  if (sets.size === 0) throw new UnreadableMetadata(`the ${side} metadata names no entity set`);
  const setOfType = new Map([...sets].map(([set, type]) => [type, set]));
  const schemas: TableSchema[] = [];
  for (const [entitySet, entityType] of sets) {
    const schema = tableSchema(side, document, entitySet, entityType, setOfType);
    if (schema !== null) schemas.push(schema);
  }
  return schemas;
}

function readDocument(xml: string): CsdlDocument {
  try {
    return namespacesOf(xml2json(xml));
  } catch (error) {
    throw new UnreadableMetadata(
      `not a CSDL document: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** Entity set name -> qualified entity type, aliases resolved. */
function entitySetsOf(document: CsdlDocument): Map<string, string> {
  const sets = new Map<string, string>();
  for (const namespace of document.namespaces.values()) {
    for (const container of Object.values(namespace)) {
      if (!isRecord(container) || container['$Kind'] !== 'EntityContainer') continue;
      for (const [name, member] of Object.entries(container)) {
        if (isRecord(member) && member['$Collection'] === true && typeof member['$Type'] === 'string') {
          sets.set(name, resolveType(document, member['$Type']).name);
        }
      }
    }
  }
  return sets;
}

function tableSchema(
  side: Side,
  document: CsdlDocument,
  entitySet: string,
  entityType: string,
  setOfType: ReadonlyMap<string, string>,
): TableSchema | null {
  const columns = new Map<string, Column>();
  const key: string[] = [];
  // Base types first: Dataverse hangs every table on crmbaseentity, and the type itself has the last word.
  for (const type of withBaseTypes(document, entityType)) {
    for (const column of columnsOf(side, document, type, setOfType)) columns.set(column.name, column);
    if (Array.isArray(type['$Key'])) key.push(...type['$Key'].filter((part) => typeof part === 'string'));
  }
  if (key.length === 0) return null; // an abstract set without a key has no rows of its own that could be addressed
  const companyColumn =
    side === 'fo' ? (key.find((name) => name.toLowerCase() === 'dataareaid') ?? null) : null;
  const table = side === 'fo' ? entitySet : entityType.slice(entityType.lastIndexOf('.') + 1);
  return { side, table, entitySet, entityType, key, columns, companyColumn };
}

const BASE_TYPE_DEPTH_MAX = 16;

function withBaseTypes(document: CsdlDocument, name: string): Record<string, unknown>[] {
  const chain: Record<string, unknown>[] = [];
  let next: unknown = name;
  while (typeof next === 'string' && chain.length < BASE_TYPE_DEPTH_MAX) {
    const { type } = resolveType(document, next);
    if (type === undefined) break;
    chain.unshift(type);
    next = type['$BaseType'];
  }
  return chain;
}
