import type { DataverseTable } from '../../edm/dataverse-table';
import { idOf } from '../../http/token-server';
import { isObject, writeExact, type Json, type JsonObject } from '../../json/exact-json';
import type { Answer, ODataRequest } from '../../odata/exchange';
import { parseFilter, type Expression } from '../../odata/filter-syntax';
import type { Segment } from '../../odata/path';
import type { DataverseContext } from '../dataverse-context';
import { badUrl, JSON_HEADERS, notServed, refuse } from '../dataverse-errors';
import {
  attributeOf,
  definitionOf,
  keysOf,
  manyToManyOf,
  relationshipsFrom,
  relationshipsTo,
} from './entity-definitions';

const NAMESPACE = 'Microsoft.Dynamics.CRM.';

/** `EntityDefinitions`: everything in one answer, no paging. */
export function readDefinitions(
  context: DataverseContext,
  segments: readonly Segment[],
  request: ODataRequest,
): Answer {
  const tables = context.catalog.all();
  const [head, member, cast] = segments;
  if (!head?.key) {
    const rows = filtered(
      tables.map((table) => shaped(context, table, request.query)),
      request.query.get('$filter'),
    );
    return collection(request, 'EntityDefinitions', rows);
  }
  const table = addressedTable(tables, head);
  if (!member) return single(request, 'EntityDefinitions', shaped(context, table, request.query));
  const rows = membersOf(context, table, member.name, cast ? (attributeCast(cast.name) ?? 'all') : undefined);
  const named = member.key?.[0];
  if (named) {
    const found = rows.find((row) => row[named.name ?? 'MetadataId'] === named.literal.text);
    if (!found)
      return refuse(404, '0x80060888', `Could not find the ${member.name} '${named.literal.text}'.`);
    return single(request, `EntityDefinitions/${member.name}`, reshape(found, request.query));
  }
  const kept = filtered(rows, request.query.get('$filter')).map((row) => reshape(row, request.query));
  return collection(request, `EntityDefinitions('${table.name}')/${member.name}`, kept);
}

/** `RelationshipDefinitions`: all of them, of one kind by a cast, or one by its name. */
export function readRelationships(
  context: DataverseContext,
  [head, cast]: readonly Segment[],
  request: ODataRequest,
): Answer {
  const tables = context.catalog.all();
  const all = [
    ...tables.flatMap((table) => relationshipsFrom(table, tables)),
    ...tables.flatMap((table) =>
      manyToManyOf(table, tables).filter((one) => one['Entity1LogicalName'] === table.name),
    ),
  ];
  const part = head?.key?.[0];
  if (!part) {
    const kind = cast && attributeCast(cast.name)?.replace(/Metadata$/, '');
    const rows = filtered(
      kind === undefined ? all : all.filter((row) => row['RelationshipType'] === kind),
      request.query.get('$filter'),
    );
    return collection(
      request,
      'RelationshipDefinitions',
      rows.map((row) => reshape(row, request.query)),
    );
  }
  const text = part.literal.text.toLowerCase();
  const found = all.find((row) => String(row[part.name ?? 'MetadataId']).toLowerCase() === text);
  if (!found) return refuse(404, '0x80060888', `Could not find the relationship '${part.literal.text}'.`);
  return single(request, 'RelationshipDefinitions', reshape(found, request.query));
}

export function addressedTable(tables: readonly DataverseTable[], { key }: Segment): DataverseTable {
  const part = key?.[0];
  const text = part?.literal.text ?? '';
  const found = tables.find(({ name }) =>
    part?.name === 'LogicalName' ? name === text : idOf(`entity:${name}`) === text.toLowerCase(),
  );
  return found ?? refuse(404, '0x80060888', `Could not find an entity with name ${text}.`);
}

function membersOf(
  context: DataverseContext,
  table: DataverseTable,
  member: string,
  cast: string | undefined,
): JsonObject[] {
  const tables = context.catalog.all();
  switch (member) {
    case 'Attributes': {
      const all = table.columns.map((column) => attributeOf(table, column));
      return cast === undefined || cast === 'all'
        ? all
        : all.filter((row) => row['@odata.type'] === `#${NAMESPACE}${cast}`);
    }
    case 'Keys':
      return keysOf(table);
    case 'ManyToOneRelationships':
      return relationshipsFrom(table, tables);
    case 'OneToManyRelationships':
      return relationshipsTo(table, tables);
    case 'ManyToManyRelationships':
      return manyToManyOf(table, tables);
    default:
      return notServed(`EntityDefinitions/${member}`);
  }
}

function attributeCast(name: string): string | undefined {
  return name.startsWith(NAMESPACE) ? name.slice(NAMESPACE.length) : undefined;
}

function shaped(
  context: DataverseContext,
  table: DataverseTable,
  query: ReadonlyMap<string, string>,
): JsonObject {
  const definition = reshape(definitionOf(table), query);
  for (const [name, options] of expansions(query.get('$expand')))
    definition[name] = membersOf(context, table, name, name === 'Attributes' ? 'all' : undefined).map((row) =>
      reshape(row, options),
    );
  return definition;
}

/** `Attributes($select=LogicalName),Keys` as names with their options. */
function expansions(text: string | undefined): [string, Map<string, string>][] {
  const found = text?.matchAll(/([A-Za-z]+)(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?/g) ?? [];
  return [...found].map(([, name, options]) => {
    const pairs = (options ?? '').split(';').map((one): [string, string] => {
      const [key, value] = one.split(/=(.*)/s);
      return [key?.trim() ?? '', value ?? ''];
    });
    return [name as string, new Map(pairs)];
  });
}

/** `$select` over plain objects; the id is always there. */
function reshape(row: JsonObject, query: ReadonlyMap<string, string>): JsonObject {
  const select = query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  if (!select) return { ...row };
  const expanded = [...(query.get('$expand')?.matchAll(/[A-Za-z]+(?=\(|,|$)/g) ?? [])].map(([name]) => name);
  const result: JsonObject = {};
  for (const name of ['@odata.type', ...select, ...expanded, 'MetadataId'])
    if (row[name] !== undefined) result[name] = row[name];
  return result;
}

function filtered(rows: JsonObject[], filter: string | undefined): JsonObject[] {
  if (filter === undefined) return rows;
  const expression = parseFilter(filter);
  return rows.filter((row) => holds(expression, row));
}

function holds(expression: Expression, row: JsonObject): boolean {
  switch (expression.kind) {
    case 'and':
      return holds(expression.left, row) && holds(expression.right, row);
    case 'or':
      return holds(expression.left, row) || holds(expression.right, row);
    case 'not':
      return !holds(expression.inner, row);
    case 'compare': {
      const isEqual =
        String(at(row, expression.path)).toLowerCase() === expression.literal.text.toLowerCase();
      if (expression.operator === 'eq') return isEqual;
      return expression.operator === 'ne'
        ? !isEqual
        : badUrl(`'${expression.operator}' is not supported on metadata.`);
    }
    case 'calculated':
    case 'lambda':
      return badUrl('Only comparisons of a property with a constant are supported on metadata.');
    case 'call': {
      const text = String(at(row, expression.path)).toLowerCase();
      const wanted = (expression.values[0]?.text ?? '').toLowerCase();
      if (expression.name === 'contains') return text.includes(wanted);
      if (expression.name === 'startswith') return text.startsWith(wanted);
      if (expression.name === 'endswith') return text.endsWith(wanted);
      return badUrl(`'${expression.name}' is not supported on metadata.`);
    }
  }
}

function at(row: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = row;
  for (const name of path.split('/')) value = isObject(value) ? value[name] : undefined;
  return value;
}

function collection(request: ODataRequest, what: string, rows: JsonObject[]): Answer {
  return json(`{"@odata.context":"${request.root}/$metadata#${what}","value":${writeExact(rows)}}`);
}

function single(request: ODataRequest, what: string, row: JsonObject): Answer {
  return json(writeExact({ '@odata.context': `${request.root}/$metadata#${what}/$entity`, ...row }));
}

const json = (body: string): Answer => ({ status: 200, headers: JSON_HEADERS, body });
