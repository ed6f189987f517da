import type { DataverseTable } from '../../edm/dataverse-table';
import { idOf } from '../../http/token-server';
import { isObject, type JsonObject } from '../../json/exact-json';
import type { Answer, ODataRequest } from '../../odata/exchange';
import type { Transaction } from '../../store/transaction';
import type { DataverseContext } from '../dataverse-context';
import { refuse } from '../dataverse-errors';
import { parseObject } from '../payload';
import { customName, details, invalid } from './attribute-file';
import { created, exists, serve } from './metadata-answers';
import { COMPONENT_TYPES, noteComponent } from './solution-components';

/** `POST RelationshipDefinitions`: a lookup column with its two navigation properties, or an N:N. */
export function createRelationship(
  context: DataverseContext,
  unit: Transaction,
  request: ODataRequest,
): Answer {
  const body = parseObject(request.body);
  const schemaName = customName(body);
  const isTaken = context.catalog
    .all()
    .some(({ file }) =>
      file.relationships?.some(({ name }) => name?.toLowerCase() === schemaName.toLowerCase()),
    );
  if (isTaken) return exists(`A relationship with the name '${schemaName}' already exists.`);
  const id = idOf(`relationship-name:${schemaName.toLowerCase()}`);
  noteComponent(context, unit, request, { type: COMPONENT_TYPES.relationship, id });
  const type = String(body['@odata.type'] ?? '');
  if (type.endsWith('ManyToManyRelationshipMetadata')) manyToMany(context, body, schemaName);
  else if (type.endsWith('OneToManyRelationshipMetadata')) oneToMany(context, body, schemaName);
  else return invalid(`The relationship '${schemaName}' is of no known type: '${type}'.`);
  return created(request, `RelationshipDefinitions(${id})`);
}

function oneToMany(context: DataverseContext, body: JsonObject, schemaName: string): void {
  const from = tableOf(context, body['ReferencingEntity']);
  const to = tableOf(context, body['ReferencedEntity']);
  const lookup = body['Lookup'];
  if (!lookup || !isObject(lookup)) return invalid(`The relationship '${schemaName}' has no Lookup.`);
  const lookupName = customName(lookup);
  const column = lookupName.toLowerCase();
  if (from.byName.has(column))
    return exists(`An attribute with the name '${column}' already exists in the entity '${from.name}'.`);
  const text = (name: string, otherwise: string): string =>
    typeof body[name] === 'string' && body[name] !== '' ? body[name] : otherwise;
  serve(context, {
    ...from.file,
    columns: [
      ...from.file.columns,
      {
        name: column,
        type: 'lookup',
        targets: [to.name],
        schemaName: lookupName,
        ...details(lookup, () => []),
      },
    ],
    relationships: [
      ...(from.file.relationships ?? []),
      {
        name: schemaName,
        type: 'ManyToOne',
        column,
        target: to.name,
        navigationProperty: text('ReferencingEntityNavigationPropertyName', lookupName),
        targetNavigationProperty: text('ReferencedEntityNavigationPropertyName', schemaName),
      },
    ],
  });
}

function manyToMany(context: DataverseContext, body: JsonObject, schemaName: string): void {
  const one = tableOf(context, body['Entity1LogicalName']);
  const two = tableOf(context, body['Entity2LogicalName']);
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : schemaName);
  serve(context, {
    ...one.file,
    relationships: [
      ...(one.file.relationships ?? []),
      {
        name: schemaName,
        type: 'ManyToMany',
        target: two.name,
        intersect: text('IntersectEntityName').toLowerCase(),
        navigationProperty: text('Entity1NavigationPropertyName'),
        targetNavigationProperty: text('Entity2NavigationPropertyName'),
      },
    ],
  });
}

function tableOf(context: DataverseContext, name: unknown): DataverseTable {
  return (
    context.catalog.get(String(name)) ??
    refuse(404, '0x80060888', `Could not find an entity with name ${String(name)}.`)
  );
}
