import type { DataverseTable } from '../../edm/dataverse-table';
import { idOf } from '../../http/token-server';
import type { Answer, ODataRequest } from '../../odata/exchange';
import type { Segment } from '../../odata/path';
import type { Transaction } from '../../store/transaction';
import type { DataverseContext } from '../dataverse-context';
import { notServed, refuse } from '../dataverse-errors';
import { parseObject } from '../payload';
import { columnFileOf, details, invalid, labelText } from './attribute-file';
import { globalOptionsOf } from './global-option-sets';
import { addKey } from './key-building';
import { created, DONE, exists, serve } from './metadata-answers';
import { addressedTable } from './metadata-service';
import { removeDefinition } from './metadata-removal';
import { COMPONENT_TYPES, noteComponent } from './solution-components';
import { tableFileOf, withCompanions, withCurrency } from './table-file';

/** Writes to `EntityDefinitions`: tables, columns and keys. They take effect at once; nothing needs publishing. */
export function writeDefinition(
  context: DataverseContext,
  unit: Transaction,
  segments: readonly Segment[],
  request: ODataRequest,
): Answer {
  const [head, member] = segments;
  const { method } = request;
  const where = `${method} EntityDefinitions${member ? `/${member.name}` : ''}`;
  if (!head?.key) return method === 'POST' ? createTable(context, unit, request) : notServed(where);
  const table = addressedTable(context.catalog.all(), head);
  if (method === 'DELETE') return removeDefinition(context, table, member);
  if (!member && (method === 'PUT' || method === 'PATCH')) return changeTable(context, table, request);
  if (member?.name === 'Attributes' && method === 'POST') return createColumn(context, unit, table, request);
  if (member?.name === 'Attributes' && method === 'PUT') return changeColumn(context, table, member, request);
  if (member?.name === 'Keys' && method === 'POST') {
    const name = addKey(context, table, parseObject(request.body));
    noteComponent(context, unit, request, {
      type: COMPONENT_TYPES.key,
      id: idOf(`key:${table.name}.${name}`),
    });
    return created(request, `${entity(table.name)}/Keys(${idOf(`key:${table.name}.${name}`)})`);
  }
  return notServed(where);
}

function createTable(context: DataverseContext, unit: Transaction, request: ODataRequest): Answer {
  const file = tableFileOf(parseObject(request.body), (url) => globalOptionsOf(context, url));
  const { logicalName, entitySetName } = file;
  if (context.catalog.get(logicalName) || context.catalog.findSet(entitySetName))
    return exists(`An entity with the name '${logicalName}' or the set '${entitySetName}' already exists.`);
  noteComponent(context, unit, request, { type: COMPONENT_TYPES.table, id: idOf(`entity:${logicalName}`) });
  serve(context, withCurrency(file));
  return created(request, entity(logicalName));
}

function changeTable(context: DataverseContext, table: DataverseTable, request: ODataRequest): Answer {
  const body = parseObject(request.body);
  const tracking = body['ChangeTrackingEnabled'];
  if (table.isTracked && tracking === false)
    return invalid(`Change tracking of the entity '${table.name}' cannot be turned off.`);
  if (tracking === true && table.file.canTrackChanges === false)
    return invalid(`Change tracking cannot be enabled for the entity '${table.name}'.`);
  const displayName = labelText(body['DisplayName']);
  serve(context, {
    ...table.file,
    ...(tracking === true ? { changeTracking: true } : {}),
    ...(displayName === undefined ? {} : { displayName }),
  });
  return DONE;
}

function createColumn(
  context: DataverseContext,
  unit: Transaction,
  table: DataverseTable,
  request: ODataRequest,
): Answer {
  const column = columnFileOf(parseObject(request.body), (url) => globalOptionsOf(context, url));
  if (table.byName.has(column.name))
    return exists(
      `An attribute with the name '${column.name}' already exists in the entity '${table.name}'.`,
    );
  const id = idOf(`attribute:${table.name}.${column.name}`);
  noteComponent(context, unit, request, { type: COMPONENT_TYPES.column, id });
  serve(
    context,
    withCurrency({ ...table.file, columns: [...table.file.columns, ...withCompanions(column)] }),
  );
  return created(request, `${entity(table.name)}/Attributes(${id})`);
}

function changeColumn(
  context: DataverseContext,
  table: DataverseTable,
  { key }: Segment,
  request: ODataRequest,
): Answer {
  const part = key?.[0];
  const text = (part?.literal.text ?? '').toLowerCase();
  const column = table.columns.find(({ name }) =>
    part?.name === 'LogicalName' ? name === text : idOf(`attribute:${table.name}.${name}`) === text,
  );
  if (!column) return refuse(404, '0x80060888', `Could not find the attribute '${text}' of '${table.name}'.`);
  const changed = details(parseObject(request.body), (url) => globalOptionsOf(context, url));
  const files = table.file.columns.some(({ name }) => name === column.name)
    ? table.file.columns
    : [...table.file.columns, column.file];
  serve(context, {
    ...table.file,
    columns: files.map((file) => (file.name === column.name ? { ...file, ...changed } : file)),
  });
  return DONE;
}

const entity = (name: string): string => `EntityDefinitions(${idOf(`entity:${name}`)})`;
