import { cellJson } from '../edm/column';
import type { FoField, FoTable } from '../edm/fo-table';
import type { Row } from '../store/row';
import { badRequest } from './fo-errors';
import { rowMembers, typeMember, type MetadataLevel } from './metadata-level';

export interface FoProjection {
  readonly level: MetadataLevel;
  readonly contextSuffix: string;
  readonly fields: readonly { prefix: string; field: FoField }[];
}

const cached = new WeakMap<FoTable, Map<string, FoProjection>>();

/** Keys are not added to `$select` by themselves. */
export function foProjection(
  table: FoTable,
  select: string | undefined,
  level: MetadataLevel = 'minimal',
): FoProjection {
  const bySelect = cached.get(table) ?? new Map<string, FoProjection>();
  cached.set(table, bySelect);
  const name = level === 'minimal' ? (select ?? '') : `${level}:${select ?? ''}`;
  let projection = bySelect.get(name);
  if (!projection) {
    projection = build(table, select, level);
    if (bySelect.size > 200) bySelect.clear();
    bySelect.set(name, projection);
  }
  return projection;
}

function build(table: FoTable, select: string | undefined, level: MetadataLevel): FoProjection {
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
    level,
    contextSuffix: names.length > 0 ? `(${names.join(',')})` : '',
    fields: fields.map((field) => ({
      prefix: `,${level === 'full' ? typeMember(field) : ''}"${field.name}":`,
      field,
    })),
  };
}

export function unknownField(table: FoTable, name: string): never {
  return badRequest(
    `The query specified in the URI is not valid. Could not find a property named '${name}' on type 'Microsoft.Dynamics.DataEntities.${table.publicEntity}'.`,
  );
}

/** A pair per data source: `'<record version>,<record id>;0,0'` in base64, quotes included. */
export function foEtag(table: FoTable, row: Row): string {
  return `W/"${Buffer.from(`'${row.version},${row.id}${table.etagTail}'`).toString('base64')}"`;
}

/** `head`: members in front, each with a comma behind it; `tail`: members behind, each with a comma in front. */
export function renderFoRow(
  table: FoTable,
  row: Row,
  projection: FoProjection,
  { head = '', tail = '', root = '' }: { head?: string; tail?: string; root?: string } = {},
): string {
  let text =
    projection.level === 'none' ? '' : `,"@odata.etag":"${foEtag(table, row).replaceAll('"', '\\"')}"`;
  if (projection.level === 'full') text += rowMembers(table, row, root);
  for (const { prefix, field } of projection.fields) text += prefix + cellJson(row, field);
  text += tail;
  // The first member has no comma in front.
  return `{${head}${text.slice(1)}}`;
}
