import { cellJson } from '../edm/column';
import type { FoField, FoTable } from '../edm/fo-table';
import type { Row } from '../store/row';
import { badRequest } from './fo-errors';

export interface FoProjection {
  readonly contextSuffix: string;
  readonly fields: readonly { prefix: string; field: FoField }[];
}

const cached = new WeakMap<FoTable, Map<string, FoProjection>>();

/** Keys are not added to `$select` by themselves. */
export function foProjection(table: FoTable, select: string | undefined): FoProjection {
  const bySelect = cached.get(table) ?? new Map<string, FoProjection>();
  cached.set(table, bySelect);
  let projection = bySelect.get(select ?? '');
  if (!projection) {
    projection = build(table, select);
    if (bySelect.size > 200) bySelect.clear();
    bySelect.set(select ?? '', projection);
  }
  return projection;
}

function build(table: FoTable, select: string | undefined): FoProjection {
  const names =
    select
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && name !== '*') ?? [];
  const fields =
    names.length === 0
      ? table.columns
      : names.map((name) => table.byName.get(name) ?? unknownField(table, name));
  return {
    contextSuffix: names.length > 0 ? `(${names.join(',')})` : '',
    fields: fields.map((field) => ({ prefix: `,"${field.name}":`, field })),
  };
}

export function unknownField(table: FoTable, name: string): never {
  return badRequest(
    `The query specified in the URI is not valid. Could not find a property named '${name}' on type 'Microsoft.Dynamics.DataEntities.${table.publicEntity}'.`,
  );
}

/** One data source, so one pair: `'<record version>,<record id>'` in base64, quotes included. */
export function foEtag(row: Row): string {
  return `W/"${Buffer.from(`'${row.version},${row.id}'`).toString('base64')}"`;
}

export function renderFoRow(row: Row, projection: FoProjection, head = ''): string {
  let text = `{${head}"@odata.etag":"${foEtag(row).replaceAll('"', '\\"')}"`;
  for (const { prefix, field } of projection.fields) text += prefix + cellJson(row, field);
  return `${text}}`;
}
