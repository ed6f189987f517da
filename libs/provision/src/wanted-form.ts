import { z } from 'zod';
import { COLUMN_TYPES } from './table-definition';
import type { WantedEntity, WantedTable } from './wanted';

/** Names go into addresses as they are. */
const name = z.string().regex(/^[A-Za-z_]\w{0,127}$/, 'must be a name of letters, digits and _');
const names = z.array(name).min(1).max(1_000);

const column = z.strictObject({
  name,
  type: z.enum(COLUMN_TYPES),
  maxLength: z.number().int().min(1).max(4_000).exactOptional(),
  scale: z.number().int().min(0).max(10).exactOptional(),
  options: z.array(z.strictObject({ value: z.number().int(), label: z.string().max(200) })).exactOptional(),
  target: name.exactOptional(),
  navigation: name.exactOptional(),
});

const definition = z.strictObject({
  table: name,
  entitySet: name,
  schemaName: name.exactOptional(),
  isStandard: z.boolean().exactOptional(),
  displayName: z.string().max(100).exactOptional(),
  primaryName: name.exactOptional(),
  columns: z.array(column).max(1_000),
});

const TABLE_COUNT_MAX = 500;

/** What is wanted, as it goes over HTTP. */
export const wantedTablesForm: z.ZodType<{ readonly tables: readonly WantedTable[] }> = z.strictObject({
  tables: z
    .array(
      z.strictObject({
        table: name,
        definition: definition.nullable(),
        columns: z.array(z.strictObject({ name, definition: column.nullable() })).max(1_000),
        keys: z.array(names),
      }),
    )
    .max(TABLE_COUNT_MAX),
});

export const wantedEntitiesForm: z.ZodType<{ readonly entities: readonly WantedEntity[] }> = z.strictObject({
  entities: z.array(z.strictObject({ entity: name, columns: names })).max(TABLE_COUNT_MAX),
});
