import type { Side, Write } from '@dualwrite/events';
import type { CallBudgets, SideFailure } from '@dualwrite/odata';
import type { ColumnFacts, TableSchema } from '@dualwrite/schemas';
import type { SideRow } from './core/register-entry';

/** A table that is looked at, with the columns that maps want of it. */
export interface ObservedTable {
  readonly schema: TableSchema;
  readonly table: string;
  /** Names of the schema, keys included. */
  readonly columns: readonly string[];
  /** `reference`: no map maps it, it is observed for lookups alone. */
  readonly kind: 'mapped' | 'reference';
  /** Digest of `columns`; in every observation. */
  readonly columnSet: string;
}

export interface KeyedRow {
  readonly nativeId: string;
  readonly row: SideRow;
}

export interface SideChunk {
  readonly rows: readonly KeyedRow[];
  /** Opaque; null: that was the last chunk. */
  readonly nextCursor: string | null;
}

export interface ChunkBounds {
  /** `*`: every company; `-`: rows that have none. */
  readonly company: string;
  readonly cursor: string | null;
  readonly rowCountMax: number;
}

/** All rows were made; or none was, or (`lost`) nobody knows. `not-offered`: not on this table, and none was made. */
export type CreatedMany = { readonly kind: 'done' } | { readonly kind: 'not-offered' } | SideFailure;

/** Nothing is ever overwritten blindly. */
export const VERSION_MISSING = {
  kind: 'rejected',
  code: 'version-missing',
  text: 'the version that the row must still have is not known',
} as const;

/** A write with the table of its row. */
export interface PartToSend {
  readonly table: ObservedTable;
  readonly write: Write & { readonly nativeId: string };
}

/**
 * All parts were carried out, each with its row as a look behind them shows it (`undefined`: it does not), or none was, or
 * (`lost`) nobody knows. `part`: the one that was refused, where the side tells.
 */
export type DocumentAnswer =
  | { readonly kind: 'done'; readonly rows: readonly (KeyedRow | null | undefined)[] }
  | (SideFailure & { readonly part?: number });

/** `row`: as the answer shows it; null: it is gone; undefined: the answer does not show it. */
export type SideAnswer = { readonly kind: 'done'; readonly row: KeyedRow | null | undefined } | SideFailure;

/**
 * One of the two systems, as the connector's engine needs it. Reads throw SideUnavailable or DependencyRefused;
 * a write says what came of it and is never repeated by the port.
 */
export abstract class SidePort {
  abstract readonly side: Side;
  /** The side shows row ids (Dataverse); where not, the register makes them (rule 6). */
  abstract readonly hasIds: boolean;
  /** After this long a request of ours is cut off, so it cannot have an effect any more (rule 9). */
  abstract readonly requestDeadlineMs: number;

  /** What the side lets us ask for; null: it is not counted. */
  get budgets(): CallBudgets | null {
    return null;
  }

  /** When the oldest token of ours was fetched, in ms since 1970; null: not known. */
  get tokenRenewedAtMs(): number | null {
    return null;
  }

  /**
   * The last request got no answer, or (with `silenceMsMax`) the last answer is older than that: the side may have gone
   * away since.
   */
  abstract isDoubtful(silenceMsMax: number | null): boolean;
  /** Another one than before: these are other data, and nothing of ours holds for them. */
  abstract environmentId(): Promise<string>;
  /** By table name; read anew. */
  abstract schemas(): Promise<ReadonlyMap<string, TableSchema>>;
  /** What the metadata service tells of a table beyond `$metadata`. */
  abstract facts(schema: TableSchema): Promise<readonly ColumnFacts[]>;
  /** Does the side honour `If-Match` on this table, by what it says of itself? Never found out by writing to a row. */
  honoursVersions(_schema: TableSchema): Promise<boolean> {
    return Promise.resolve(true);
  }
  /** As `honoursVersions` told when the table was taken up. */
  abstract isConditional(table: ObservedTable): boolean;
  /** By native id; null: it is not there. Every id that was asked for has an answer. */
  abstract readRows(
    table: ObservedTable,
    nativeIds: readonly string[],
  ): Promise<ReadonlyMap<string, SideRow | null>>;
  /**
   * The one row whose `column` holds `value`; null: there is none, or more than one. Asked only of a side that names new
   * rows itself.
   */
  findByReference(_table: ObservedTable, _column: string, _value: string): Promise<KeyedRow | null> {
    return Promise.resolve(null);
  }
  abstract chunk(table: ObservedTable, bounds: ChunkBounds): Promise<SideChunk>;
  abstract count(table: ObservedTable, company: string): Promise<number>;
  /** Rows that one request may create under ids of ours; 0: the side does not offer it. */
  createCountMax(_table: Pick<ObservedTable, 'table'>): number {
    return 0;
  }
  /** Creates all of them or none: one request, one transaction. */
  createMany(
    _table: ObservedTable,
    _writes: readonly (Write & { readonly nativeId: string })[],
  ): Promise<CreatedMany> {
    return Promise.resolve({ kind: 'not-offered' });
  }
  abstract send(table: ObservedTable, write: Write & { readonly nativeId: string }): Promise<SideAnswer>;
  /** Carries out all of them in one transaction, or none; the body of a part that cannot be made refuses all. */
  sendTogether(_parts: readonly PartToSend[]): Promise<DocumentAnswer> {
    const text = `${this.side} carries out no documents`;
    return Promise.resolve({ kind: 'rejected', code: 'documents-not-offered', text });
  }
}
