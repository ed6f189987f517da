import { cellOfText } from '../edm/cell-parsing';
import type { DataverseTable } from '../edm/dataverse-table';
import { candidates } from '../odata/candidates';
import { compileFilter, type Filter, type FilterRules, type Resolved } from '../odata/filter';
import type { Literal } from '../odata/literal';
import type { Cells, Row } from '../store/row';
import { collectionsOf, RelatedRowsIndex } from './collections';
import { rowsOf, type DataverseContext } from './dataverse-context';
import { queryFunction } from './query-functions';
import { userIdOf } from './users';

export function dataverseFilter(
  context: DataverseContext,
  table: DataverseTable,
  query: ReadonlyMap<string, string>,
  caller: string,
): Filter | undefined {
  const text = query.get('$filter');
  if (text === undefined) return undefined;
  const withAliases = text.replace(/@\w+(?=[\s),]|$)/g, (alias) => query.get(alias) ?? alias);
  return compileFilter(withAliases, table, rules(context, caller));
}

export function rules(context: DataverseContext, caller: string): FilterRules<DataverseTable> {
  const world = { nowMs: context.clock.nowMs(), user: userIdOf(caller) };
  return {
    resolve: (table, path) => resolvePath(context, table, path),
    hasStarWildcard: false,
    hasTextFunctions: true,
    unknownProperty: (table, path) =>
      `Could not find a property named '${path}' on type 'Microsoft.Dynamics.CRM.${table.name}'.`,
    queryFunction: (column, name, values) => queryFunction(column, name, values, world),
    collection: (table, path) => {
      const collection = collectionsOf(context, table).get(path);
      const index = collection && new RelatedRowsIndex(context, collection);
      return index && { table: collection.table, of: (row) => index.of(row.key) };
    },
  };
}

/** A property, or one of the row that a lookup points to: `msdyn_Company/cdm_companycode`. */
export function resolvePath(
  context: DataverseContext,
  table: DataverseTable,
  path: string,
): Resolved | undefined {
  const [first, second, ...deeper] = path.split('/');
  const column = table.byProperty.get(first ?? '');
  if (second === undefined) {
    // `In` names the column, also of a lookup.
    const named = column ?? table.byName.get(first ?? '');
    return named && { column: named };
  }
  const navigation = table.navigations.get(first ?? '');
  const target = navigation && context.catalog.get(navigation.target);
  const found = target && resolvePath(context, target, [second, ...deeper].join('/'));
  if (!found || !target) return undefined;
  const { name } = navigation.column;
  return {
    column: found.column,
    reach: (row) => {
      const id = row.cells[name];
      const linked = id === undefined ? undefined : rowsOf(context, target).rows.get(String(id));
      return linked && found.reach ? found.reach(linked) : linked;
    },
  };
}

/** Rows that can match, in the order of their ids; looked up by key where the filter names one. */
export function candidateRows(
  context: DataverseContext,
  table: DataverseTable,
  filter: Filter | undefined,
): readonly Row[] {
  const rows = rowsOf(context, table);
  const found = filter && candidates(filter.expression, (pinned) => probe(context, table, pinned));
  if (!found) return rows.sorted.all();
  return found.sort((left, right) => (left.key < right.key ? -1 : 1));
}

function probe(
  context: DataverseContext,
  table: DataverseTable,
  pinned: ReadonlyMap<string, Literal>,
): Row[] | undefined {
  const rows = rowsOf(context, table);
  const id = pinned.get(table.primaryId);
  if (id) {
    const row = rows.rows.get(String(cellOfText('guid', id.text)));
    return row ? [row] : [];
  }
  for (const { name, columns } of table.uniques) {
    const cells: Cells = {};
    for (const column of columns) {
      const known = table.byName.get(column);
      const literal = known && pinned.get(known.property);
      const cell = literal && literal.kind !== 'word' ? cellOfText(known.kind, literal.text) : undefined;
      if (cell !== undefined) cells[column] = cell;
    }
    if (Object.keys(cells).length < columns.length) continue;
    const row = rows.findUnique(name, cells);
    return row ? [row] : [];
  }
  return undefined;
}
