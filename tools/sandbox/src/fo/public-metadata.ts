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
    NavigationProperties: (table.file.navigations ?? []).map(({ name, set, isCollection }) => ({
      Name: name,
      RelatedEntity: set,
      Cardinality: isCollection ? 'ZeroMore' : 'ZeroOne',
    })),
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
  const skip = wholeNumber(request.query, '$skip') ?? 0;
  const top = wholeNumber(request.query, '$top');
  const fitting = all.filter(condition(request.query.get('$filter')));
  return answer({
    '@odata.context': `${request.root}/$metadata#${head.name}`,
    ...(request.query.get('$count') === 'true' ? { '@odata.count': fitting.length } : {}),
    value: fitting.slice(skip, top === undefined ? undefined : skip + top),
  });
}

/** The two forms that clients send; another one must not look as if it had been applied. */
function condition(filter: string | undefined): (row: JsonObject) => boolean {
  if (filter === undefined || filter.trim() === '') return () => true;
  const contained = /^\s*contains\(tolower\((\w+)\),\s*'((?:[^']|'')*)'\)\s*$/.exec(filter);
  const equal = /^\s*(\w+)\s+eq\s+(?:'((?:[^']|'')*)'|(true|false))\s*$/.exec(filter);
  const [, name = '', text, word] = contained ?? equal ?? notServed(`$filter=${filter} on /metadata`);
  const wanted = (text ?? word ?? '').replaceAll("''", "'").toLowerCase();
  return contained
    ? (row) => String(row[name]).toLowerCase().includes(wanted)
    : (row) => String(row[name]).toLowerCase() === wanted;
}

function answer(value: Json): Answer {
  return { status: 200, headers: JSON_HEADERS, body: writeExact(value) };
}
