import type { ColumnDefinition, TableDefinition } from './table-definition';

const OF_OUR_OWN = 'dw';
const RELATIONSHIP_CHARACTER_COUNT_MAX = 100;
/** The published schema of solution files allows no more for a key. */
const KEY_CHARACTER_COUNT_MAX = 50;

const PREFIXED = /^[a-z][a-z0-9]{1,7}_\w+$/;
/** Columns of Dataverse itself that look as if they had a prefix: parts of addresses, amounts in base currency. */
const LOOKS_PREFIXED = /^address[1-3]_|_base$/;

/** With a publisher's prefix: such a thing can be made; all others come with Dataverse. */
export function isCustomName(name: string): boolean {
  return PREFIXED.test(name) && !LOOKS_PREFIXED.test(name);
}

export function tableTitle({ displayName, table }: TableDefinition): string {
  return displayName ?? table;
}

export function tableCollectionTitle(definition: TableDefinition): string {
  return `${tableTitle(definition)} rows`;
}

/** Name of a column with the capitals that it is shown with; a lookup is written by it. */
export function columnSchemaName({ name, navigation }: ColumnDefinition): string {
  return navigation ?? name;
}

export function relationshipName(table: string, { name, target = '' }: ColumnDefinition): string {
  const prefix = name.slice(0, name.indexOf('_'));
  return `${prefix}_${target}_${table}_${name}`.slice(0, RELATIONSHIP_CHARACTER_COUNT_MAX);
}

export function keyName(table: string, columns: readonly string[]): string {
  return `${OF_OUR_OWN}_${table}_${columns.join('_')}`.slice(0, KEY_CHARACTER_COUNT_MAX);
}

export function keyTitle(columns: readonly string[]): string {
  return `Dualwrite: ${columns.join(', ')}`;
}
