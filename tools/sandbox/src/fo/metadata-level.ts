import type { FoField, FoTable } from '../edm/fo-table';
import type { ODataRequest } from '../odata/exchange';
import type { Row } from '../store/row';

/** How much the answer tells about itself: `Accept: application/json;odata.metadata=full`. */
export type MetadataLevel = 'none' | 'minimal' | 'full';

const NAMESPACE = 'Microsoft.Dynamics.DataEntities';
const TYPES_TOLD: Readonly<Record<string, string>> = {
  decimal: '#Decimal',
  date: '#DateTimeOffset',
  datetime: '#DateTimeOffset',
  int64: '#Int64',
  guid: '#Guid',
};

export function metadataLevel({ headers }: ODataRequest): MetadataLevel {
  const level = /odata\.metadata=(none|full)/i.exec(headers['accept'] ?? '')?.[1]?.toLowerCase();
  return level === 'none' || level === 'full' ? level : 'minimal';
}

export function jsonHeaders(level: MetadataLevel): Record<string, string> {
  return {
    'Content-Type': `application/json; odata.metadata=${level}; charset=utf-8`,
    'OData-Version': '4.0',
  };
}

/** `"Amount@odata.type":"#Decimal",`; texts and small numbers are told by their JSON form. */
export function typeMember(field: FoField): string {
  const type = field.enumType === undefined ? TYPES_TOLD[field.kind] : `#${field.enumType}`;
  return type === undefined ? '' : `"${field.name}@odata.type":"${type}",`;
}

/** What only the full form says of a row. */
export function rowMembers(table: FoTable, row: Row, root: string): string {
  const address = `${table.set}(${table.keys.map((field) => keyLiteral(field, row)).join(',')})`;
  const links = (table.file.navigations ?? []).map(
    ({ name }) => `,"${name}@odata.navigationLink":${JSON.stringify(`${root}/${address}/${name}`)}`,
  );
  return [
    `,"@odata.type":"#${NAMESPACE}.${table.publicEntity}"`,
    `,"@odata.id":${JSON.stringify(`${root}/${address}`)}`,
    `,"@odata.editLink":${JSON.stringify(address)}`,
    ...links,
  ].join('');
}

function keyLiteral(field: FoField, row: Row): string {
  const value = String(row.cells[field.name] ?? field.empty);
  switch (field.kind) {
    case 'string':
      return `${field.name}='${encodeURIComponent(value.replaceAll("'", "''"))}'`;
    case 'enum':
      return `${field.name}=${field.enumType}'${value}'`;
    case 'date':
      return `${field.name}=${value}T12:00:00Z`;
    default:
      return `${field.name}=${value}`;
  }
}
