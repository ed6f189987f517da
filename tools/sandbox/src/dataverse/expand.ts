import type { DataverseTable } from '../edm/dataverse-table';
import type { Predicate } from '../odata/filter';
import { parseOrder, rowOrder } from '../odata/order';
import { wholeNumber } from '../odata/query';
import type { Row } from '../store/row';
import { collectionsOf, RelatedRowsIndex, type Collection } from './collections';
import type { DataverseContext } from './dataverse-context';
import { badUrl, notServed } from './dataverse-errors';
import { dataverseFilter, resolvePath } from './dataverse-filter';
import { splitOutside } from '../odata/split-outside';
import { plainProjection, unknownProperty, type Expansion, type Projection } from './projection';

const EXPANDS_MAX = 15;
const DEPTH_MAX = 10;
const NOT_AVAILABLE = new Set(['$skip', '$count', '$search', '$levels']);

export function projectionOf(
  context: DataverseContext,
  table: DataverseTable,
  select: string | undefined,
  expand?: string,
): Projection {
  const plain = plainProjection(table, select);
  return expand === undefined ? plain : withExpands(plain, parseExpand(context, table, expand, 1));
}

function parseExpand(
  context: DataverseContext,
  table: DataverseTable,
  text: string,
  depth: number,
): Expansion[] {
  if (depth > DEPTH_MAX) badUrl(`The $expand nests deeper than ${DEPTH_MAX} levels.`);
  const terms = splitOutside(text, ',');
  if (terms.length > EXPANDS_MAX)
    badUrl(`The number of $expand options exceeds the limit of ${EXPANDS_MAX}.`);
  return terms.map((term) => expansion(context, table, term, depth));
}

function expansion(context: DataverseContext, table: DataverseTable, term: string, depth: number): Expansion {
  const [, name = '', reference, options = ''] =
    /^\s*([^\s(/]+)(\/\$ref)?\s*(?:\((.*)\))?\s*$/s.exec(term) ?? unknownProperty(table, term);
  const navigation = table.navigations.get(name);
  const collection = navigation ? undefined : collectionsOf(context, table).get(name);
  if (collection && reference !== undefined)
    badUrl(
      `The $ref option inside $expand is only available on single-valued navigation properties: '${name}'.`,
    );
  const target = navigation ? context.catalog.get(navigation.target) : collection?.table;
  if (navigation && !target) return notServed(`the table ${navigation.target}`);
  if (!target) return unknownProperty(table, name);
  const query = optionsOf(options);
  const expand = query.get('$expand');
  const plain = plainProjection(target, query.get('$select'));
  const projection =
    expand === undefined ? plain : withExpands(plain, parseExpand(context, target, expand, depth + 1));
  const kept = { name, projection, options, isReference: reference !== undefined };
  if (!collection) return navigation ? { ...kept, navigation } : kept;
  return { ...kept, rows: rowsBehind(context, collection, query) };
}

function withExpands(projection: Projection, expands: readonly Expansion[]): Projection {
  const inner = expands
    .map(({ name, projection: nested }) => name + (nested.contextSuffix || '()'))
    .join(',');
  const selected = projection.contextSuffix.slice(1, -1);
  return { ...projection, expands, contextSuffix: `(${selected === '' ? inner : `${selected},${inner}`})` };
}

function rowsBehind(
  context: DataverseContext,
  collection: Collection,
  query: ReadonlyMap<string, string>,
): (owner: Row) => readonly Row[] {
  const index = new RelatedRowsIndex(context, collection);
  const matches: Predicate | undefined = dataverseFilter(context, collection.table, query, '')?.matches;
  const order = query.get('$orderby');
  const compare =
    order === undefined
      ? undefined
      : rowOrder(
          parseOrder(
            order,
            (path) => resolvePath(context, collection.table, path) ?? unknownProperty(collection.table, path),
          ),
        );
  const top = wholeNumber(query, '$top');
  return (owner) => {
    let rows = index.of(owner.key);
    if (matches) rows = rows.filter(matches);
    if (compare) rows = [...rows].sort(compare);
    return top === undefined ? rows : rows.slice(0, top);
  };
}

function optionsOf(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const option of splitOutside(text, ';')) {
    const [key = '', value = ''] = option.split(/=(.*)/s);
    const name = key.trim();
    if (NOT_AVAILABLE.has(name)) badUrl(`The query option '${name}' is not available inside $expand.`);
    if (!/^\$(?:select|filter|orderby|top|expand)$/.test(name))
      badUrl(`Term '${option}' is not valid inside $expand.`);
    query.set(name, value);
  }
  return query;
}
