import type { Cell, Cells, Side } from '@dualwrite/events';
import type { MapRules, References } from '@dualwrite/planner';

/** A row as its side shows it now, read past all that we remember of it. */
export interface FreshRow {
  readonly nativeId: string;
  readonly version: string;
  readonly cells: Cells;
}

/** What the mapper holds of a pair. */
export interface PairView {
  readonly pairId: string;
  readonly key: string | null;
  readonly verdict: string | null;
  /** Reasons for which it is set aside. */
  readonly parks: readonly string[];
  /** Writes without an answer. */
  readonly open: number;
  readonly rows: Readonly<
    Record<Side, { readonly nativeId: string; readonly version: string | null } | null>
  >;
  /** Ids of rows whose life has ended. */
  readonly ended: Readonly<Record<Side, readonly string[]>>;
}

/** Rows of one map, all of each key among them, and what the mapper holds of them. */
export interface MapEvidence {
  readonly rules: MapRules;
  readonly rows: Readonly<Record<Side, readonly FreshRow[]>>;
  readonly references: References;
  readonly pairs: readonly PairView[];
}

/** By which column the rows of a table are looked for, and which one says whose they are. */
export interface LookedFor {
  readonly table: string;
  readonly keyColumn: string;
  readonly companyColumn: string | null;
}

/** References from rows of Dataverse tables that were read just now, not from what the mapper remembers. */
export function freshReferences(
  tables: ReadonlyMap<string, readonly FreshRow[]>,
  lookups: readonly LookedFor[],
  companyCodeOf: (companyId: string) => Cell | undefined,
): References {
  const byId = new Map(
    [...tables].map(([table, rows]) => [
      table,
      new Map(rows.map((row) => [row.nativeId.toLowerCase(), row.cells])),
    ]),
  );
  const ids = new Map<string, string>();
  for (const { table, keyColumn, companyColumn } of lookups) {
    for (const { nativeId, cells } of tables.get(table) ?? []) {
      const value = cells[keyColumn] ?? null;
      const company = companyColumn === null ? null : companyCodeOf(String(cells[companyColumn] ?? ''));
      if (value !== null) ids.set(nameOf(table, keyColumn, value, company ?? null), nativeId);
    }
  }
  return {
    idOf: (table, column, value, company) => ids.get(nameOf(table, column, value, company)),
    valueOf: (table, column, nativeId) => byId.get(table)?.get(nativeId.toLowerCase())?.[column],
  };
}

/** Both sides compare keys without case. */
function nameOf(table: string, column: string, value: Cell, company: Cell | null): string {
  return [table, column, String(value).toLowerCase().trimEnd(), String(company ?? '').toLowerCase()].join(
    '\n',
  );
}
