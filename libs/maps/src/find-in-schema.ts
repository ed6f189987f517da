import type { Side } from '@dualwrite/events';
import type { Column, TableSchema } from '@dualwrite/schemas';
import type { ResolvedColumn } from './resolved-map';

/** Docs write F&O fields in upper case: names are matched without case. */
export function findColumn(schema: TableSchema, name: string): Column | undefined {
  return (
    schema.columns.get(name) ?? [...schema.columns.values()].find((column) => sameName(column.name, name))
  );
}

/** In OData a lookup is written `_x_value`. */
export function findFilterColumn(schema: TableSchema, name: string): Column | undefined {
  const lookup = schema.side === 'dataverse' ? /^_(.+)_value$/.exec(name)?.[1] : undefined;
  return findColumn(schema, lookup ?? name);
}

/** The most that Dataverse keeps of a floating point column; its metadata seldom says how much. */
const DATAVERSE_DOUBLE_SCALE = 5;

export function factsOf(
  side: Side,
  { name, type, nullable, maxLength, scale, symbols }: Column,
): ResolvedColumn {
  const digits = scale ?? (side === 'dataverse' && type === 'double' ? DATAVERSE_DOUBLE_SCALE : undefined);
  return {
    name,
    type,
    nullable,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(digits === undefined ? {} : { scale: digits }),
    ...(symbols === undefined ? {} : { symbols }),
  };
}

export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
