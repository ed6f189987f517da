import { cellJson } from '../edm/column';
import type { DataverseColumn, DataverseTable, Navigation } from '../edm/dataverse-table';
import { quote } from '../json/exact-json';
import type { Row } from '../store/row';
import { rowsOf, type DataverseContext } from './dataverse-context';
import { badUrl, notServed } from './dataverse-errors';

/** Which columns of a table an answer shows, and how. */
export interface Projection {
  readonly table: DataverseTable;
  /** What stands in brackets behind the set in the context URL; empty without `$select`. */
  readonly contextSuffix: string;
  readonly columns: readonly { prefix: string; column: DataverseColumn }[];
  readonly expands: readonly { navigation: Navigation; projection: Projection }[];
}

/** True for annotations that the client asked for. */
export type WantsAnnotation = (name: string) => boolean;

const cached = new WeakMap<DataverseTable, Map<string, Projection>>();

export function projectionOf(
  context: DataverseContext,
  table: DataverseTable,
  select: string | undefined,
  expand?: string,
): Projection {
  const byText = cached.get(table) ?? new Map<string, Projection>();
  cached.set(table, byText);
  const text = `${select ?? ''}\n${expand ?? ''}`;
  let projection = byText.get(text);
  if (!projection) {
    projection = build(context, table, select, expand);
    if (byText.size > 200) byText.clear();
    // An expansion refers to another table's description, which may be replaced.
    if (expand === undefined) byText.set(text, projection);
  }
  return projection;
}

function build(
  context: DataverseContext,
  table: DataverseTable,
  select: string | undefined,
  expand?: string,
): Projection {
  const names = select
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '*');
  const expands = expand ? splitTop(expand, ',').map((one) => expansion(context, table, one)) : [];
  const columns: DataverseColumn[] = [];
  const add = (column: DataverseColumn | undefined): void => {
    if (column && !columns.includes(column)) columns.push(column);
  };
  if (!names || names.length === 0) table.columns.forEach(add);
  else {
    for (const name of names) {
      const column = table.byProperty.get(name);
      if (!column) unknownProperty(table, name);
      add(column);
      if (column?.type === 'money') add(table.byName.get('transactioncurrencyid'));
    }
    add(table.byName.get(table.primaryId));
  }
  const shown = [...(names ?? []), ...expands.map(({ navigation }) => `${navigation.name}()`)];
  return {
    table,
    contextSuffix: shown.length > 0 ? `(${shown.join(',')})` : '',
    columns: columns.map((column) => ({ prefix: `,"${column.property}":`, column })),
    expands,
  };
}

export function unknownProperty(table: DataverseTable, name: string): never {
  return badUrl(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${table.name}'.`);
}

function expansion(
  context: DataverseContext,
  table: DataverseTable,
  text: string,
): Projection['expands'][number] {
  const [, name, options] = /^\s*([^\s(]+)\s*(?:\((.*)\))?\s*$/s.exec(text) ?? [];
  const navigation = table.navigations.get(name ?? '');
  if (!navigation) {
    if (
      context.catalog
        .all()
        .some((one) => [...one.navigations.values()].some((back) => back.collectionName === name))
    )
      notServed('$expand of collection-valued navigation properties');
    return unknownProperty(table, name ?? text);
  }
  const target = context.catalog.get(navigation.target);
  if (!target) return notServed(`the table ${navigation.target}`);
  let select: string | undefined;
  for (const option of options === undefined ? [] : splitTop(options, ';')) {
    const [key, value] = option.split(/=(.*)/s);
    if (key?.trim() === '$select') select = value;
    else notServed(`${key?.trim() ?? ''} inside $expand`);
  }
  return { navigation, projection: projectionOf(context, target, select) };
}

/** Splits at separators that stand outside brackets. */
function splitTop(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    else if (text[at] === separator && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)].filter((part) => part.trim() !== '');
}

/** One row as a JSON object; `head` goes in front of the ETag (the context of a single row). */
export function renderRow(
  context: DataverseContext,
  row: Row,
  projection: Projection,
  wants?: WantsAnnotation,
  head = '',
): string {
  let text = `{${head}"@odata.etag":"W/\\"${row.version}\\""`;
  for (const { prefix, column } of projection.columns) {
    if (wants) text += annotations(context, row, { table: projection.table, column }, wants);
    text += prefix + cellJson(row, column);
  }
  for (const { navigation, projection: inner } of projection.expands) {
    const id = row.cells[navigation.column.name];
    const target = id === undefined ? undefined : rowsOf(context, inner.table).rows.get(String(id));
    text += `,"${navigation.name}":${target ? renderRow(context, target, inner, wants) : 'null'}`;
  }
  return `${text}}`;
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
  } else if (column.type === 'boolean') {
    add(FORMATTED, column.file.options?.[cell === true ? 1 : 0]?.label ?? (cell === true ? 'Yes' : 'No'));
  } else if (column.file.options) {
    add(FORMATTED, column.file.options.find(({ value }) => value === cell)?.label);
  } else if (column.kind === 'decimal' || column.kind === 'int32' || column.kind === 'double') {
    add(FORMATTED, String(cell));
  }
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
