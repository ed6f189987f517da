import type { DataverseColumn, DataverseTable, Navigation } from '../edm/dataverse-table';
import type { Row } from '../store/row';
import { badUrl } from './dataverse-errors';

/** Which columns of a table an answer shows, and how. */
export interface Projection {
  readonly table: DataverseTable;
  /** What stands in brackets behind the set in the context URL; empty without `$select`. */
  readonly contextSuffix: string;
  readonly columns: readonly { prefix: string; column: DataverseColumn }[];
  readonly expands: readonly Expansion[];
}

/** One term of `$expand`. */
export interface Expansion {
  readonly name: string;
  readonly projection: Projection;
  /** `name/$ref`: the link alone. */
  readonly isReference: boolean;
  /** A lookup, or else the rows of a collection. */
  readonly navigation?: Navigation;
  readonly rows?: (owner: Row) => readonly Row[];
  /** The options, as the link to the collection repeats them. */
  readonly options: string;
}

const cached = new WeakMap<DataverseTable, Map<string, Projection>>();

/** `$select`; the primary id is always there, and the currency beside an amount. */
export function plainProjection(table: DataverseTable, select: string | undefined): Projection {
  const byText = cached.get(table) ?? new Map<string, Projection>();
  cached.set(table, byText);
  const text = select ?? '';
  let projection = byText.get(text);
  if (!projection) {
    projection = build(table, select);
    if (byText.size > 200) byText.clear();
    byText.set(text, projection);
  }
  return projection;
}

function build(table: DataverseTable, select: string | undefined): Projection {
  const names = select
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '*');
  const columns = new Set<DataverseColumn | undefined>();
  if (!names || names.length === 0) for (const column of table.columns) columns.add(column);
  else {
    for (const name of names) {
      const column = table.byProperty.get(name);
      if (!column) unknownProperty(table, name);
      columns.add(column);
      if (column?.type === 'money') columns.add(table.byName.get('transactioncurrencyid'));
    }
    columns.add(table.byName.get(table.primaryId));
  }
  return {
    table,
    contextSuffix: names && names.length > 0 ? `(${names.join(',')})` : '',
    columns: [...columns]
      .filter((column) => column !== undefined)
      .map((column) => ({ prefix: `,"${column.property}":`, column: readable(column) })),
    expands: [],
  };
}

/** What may be written but never read (the secret of an endpoint) shows as empty. */
function readable(column: DataverseColumn): DataverseColumn {
  return column.file.writeOnly === true ? { ...column, name: `${column.name} (hidden)` } : column;
}

export function unknownProperty(table: DataverseTable, name: string): never {
  return badUrl(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${table.name}'.`);
}
