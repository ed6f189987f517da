import { cellJson } from '../edm/column';
import type { DataverseColumn, DataverseTable } from '../edm/dataverse-table';
import { quote } from '../json/exact-json';
import type { Row } from '../store/row';
import { rowsOf, type DataverseContext } from './dataverse-context';
import { formattedValue } from './formatted-value';
import type { Expansion, Projection } from './projection';
import { splitOutside } from '../odata/split-outside';

export interface RenderOptions {
  /** Annotations that the client asked for. */
  readonly wants?: WantsAnnotation | undefined;
  /** Where links to rows begin. */
  readonly root?: string;
}

/** True for annotations that the client asked for. */
export type WantsAnnotation = (name: string) => boolean;

/** One row as a JSON object; `head` goes in front of the ETag (the context of a single row). */
export function renderRow(
  context: DataverseContext,
  row: Row,
  projection: Projection,
  options: RenderOptions = {},
  head = '',
): string {
  const { wants } = options;
  let text = `{${head}"@odata.etag":"W/\\"${row.version}\\""`;
  for (const { prefix, column } of projection.columns) {
    if (wants) text += annotations(context, row, { table: projection.table, column }, wants);
    text += prefix + cellJson(row, column);
  }
  for (const expansion of projection.expands)
    text += renderExpansion(context, { table: projection.table, row }, expansion, options);
  return `${text}}`;
}

function renderExpansion(
  context: DataverseContext,
  owner: { table: DataverseTable; row: Row },
  { name, navigation, projection, rows, options, isReference }: Expansion,
  render: RenderOptions,
): string {
  const { root = '' } = render;
  if (navigation) {
    const id = owner.row.cells[navigation.column.name];
    const target = id === undefined ? undefined : rowsOf(context, projection.table).rows.get(String(id));
    if (!target) return `,"${name}":null`;
    if (isReference) return `,"${name}":{"@odata.id":"${root}/${projection.table.set}(${target.id})"}`;
    return `,"${name}":${renderRow(context, target, projection, render)}`;
  }
  const items = (rows?.(owner.row) ?? []).map((row) => renderRow(context, row, projection, render));
  // The link carries no position: the rows are all here already.
  const query = options === '' ? '' : `?${splitOutside(options, ';').map(encoded).join('&')}`;
  const link = quote(`${root}/${owner.table.set}(${owner.row.id})/${name}${query}`);
  return `,"${name}":[${items.join(',')}],"${name}@odata.nextLink":${link}`;
}

function encoded(option: string): string {
  const [key = '', value = ''] = option.split(/=(.*)/s);
  return `${key.trim()}=${encodeURIComponent(value).replaceAll('%2C', ',')}`;
}

const FORMATTED = 'OData.Community.Display.V1.FormattedValue';
const LOOKUP_NAME = 'Microsoft.Dynamics.CRM.lookuplogicalname';
const NAVIGATION = 'Microsoft.Dynamics.CRM.associatednavigationproperty';

function annotations(
  context: DataverseContext,
  row: Row,
  { table, column }: { table: DataverseTable; column: DataverseColumn },
  wants: WantsAnnotation,
): string {
  const cell = row.cells[column.name];
  if (cell === undefined) return '';
  let text = '';
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && wants(name)) text += `,"${column.property}@${name}":${quote(value)}`;
  };
  if (column.isLookup) {
    const target = linkedTable(context, column, String(cell));
    const linked = target && rowsOf(context, target).rows.get(String(cell));
    const title = linked?.cells[target?.primaryName ?? ''];
    const navigation = [...table.navigations.values()].find(
      (one) => one.column === column && one.target === target?.name,
    );
    add(FORMATTED, title === undefined ? undefined : String(title));
    add(NAVIGATION, navigation?.name);
    add(LOOKUP_NAME, target?.name);
  } else add(FORMATTED, formattedValue(context, row, column));
  return text;
}

/** The table that holds the row that a lookup points to; its first target when the row is gone. */
function linkedTable(
  context: DataverseContext,
  column: DataverseColumn,
  id: string,
): DataverseTable | undefined {
  const name = column.targets.find((target) => context.store.table(target).rows.has(id)) ?? column.targets[0];
  return name === undefined ? undefined : context.catalog.get(name);
}
