import { axType, enumTypes } from '../edm/fo-csdl';
import type { FoTable } from '../edm/fo-table';
import { writeExact, type Json, type JsonObject } from '../json/exact-json';
import type { Answer, ODataRequest } from '../odata/exchange';
import type { Segment } from '../odata/path';
import { wholeNumber } from '../odata/query';
import type { FoContext } from './fo-context';
import { JSON_HEADERS, notFound, notServed } from './fo-errors';

/** `/metadata`: entities and enums as JSON, much lighter than `$metadata`. */
export function readPublicMetadata(
  context: FoContext,
  segments: readonly Segment[],
  request: ODataRequest,
): Answer {
  const [head] = segments;
  const tables = context.catalog.all();
  switch (head?.name.toLowerCase()) {
    case 'publicentities':
      return keyedOrAll(head, request, tables.map(publicEntity));
    case 'dataentities':
      return keyedOrAll(head, request, tables.map(dataEntity));
    case 'publicenumerations':
      return keyedOrAll(
        head,
        request,
        [...enumTypes(tables)].map(([name, symbols]) => enumeration(name, symbols)),
      );
    default:
      return notServed(`/metadata/${head?.name ?? ''}`);
  }
}

function publicEntity(table: FoTable): JsonObject {
  return {
    Name: table.publicEntity,
    EntitySetName: table.set,
    LabelId: table.label,
    IsReadOnly: false,
    ConfigurationEnabled: true,
    Properties: table.columns.map((field) => ({
      Name: field.name,
      TypeName: field.edmType,
      DataType: axType(field),
      LabelId: field.label,
      IsKey: field.isKey,
      IsMandatory: field.isRequired || field.isKey,
      ConfigurationEnabled: true,
      AllowEdit: !field.isKey,
      AllowEditOnCreate: true,
      IsDimension: false,
    })),
    NavigationProperties: [],
    PropertyGroups: [],
    Actions: [],
  };
}

function dataEntity(table: FoTable): JsonObject {
  return {
    Name: table.entity,
    PublicEntityName: table.publicEntity,
    PublicCollectionName: table.set,
    LabelId: table.label,
    DataServiceEnabled: true,
    DataManagementEnabled: true,
    IsReadOnly: false,
  };
}

function enumeration(name: string, symbols: readonly string[]): JsonObject {
  return {
    Name: name,
    LabelId: name,
    Members: symbols.map((symbol, value) => ({
      Name: symbol,
      Value: value,
      LabelId: symbol,
      ConfigurationEnabled: true,
    })),
  };
}

function keyedOrAll(head: Segment, request: ODataRequest, all: JsonObject[]): Answer {
  const wanted = head.key?.[0]?.literal.text;
  if (wanted !== undefined) {
    const found = all.find(({ Name }) => Name === wanted);
    if (!found) return notFound(`${head.name} '${wanted}' was not found.`);
    return answer({ '@odata.context': `${request.root}/$metadata#${head.name}/$entity`, ...found });
  }
  const part = /contains\(tolower\(Name\),\s*'((?:[^']|'')*)'\)/
    .exec(request.query.get('$filter') ?? '')?.[1]
    ?.toLowerCase();
  const fitting =
    part === undefined ? all : all.filter(({ Name }) => String(Name).toLowerCase().includes(part));
  return answer({
    '@odata.context': `${request.root}/$metadata#${head.name}`,
    value: fitting.slice(0, wholeNumber(request.query, '$top')),
  });
}

function answer(value: Json): Answer {
  return { status: 200, headers: JSON_HEADERS, body: writeExact(value) };
}
