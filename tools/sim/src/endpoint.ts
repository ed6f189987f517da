import type { SideRow } from './protocol';
import type { Cells, Side } from '@dualwrite/events';

export type Values = Readonly<Record<string, number>>;

export interface EndpointRow {
  readonly id: string;
  readonly version: number;
  readonly values: Values;
  readonly isInScope: boolean;
}

export interface EndpointTraits {
  /** The side gives ids to new rows; we cannot. */
  readonly picksIds: boolean;
  readonly showsIds: boolean;
  /** `If-Match` counts. */
  readonly isConditional: boolean;
  readonly hasUniqueKey: boolean;
  /** A write is answered with the row. */
  readonly returnsRow: boolean;
}

export type Effect =
  | { readonly kind: 'done'; readonly row: EndpointRow | null }
  | { readonly kind: 'precondition-failed' | 'not-found' | 'duplicate' };

/** What the change feed tells about the time after a token. */
export interface Page {
  readonly since: number;
  readonly token: number;
  /** Content of the moment of the request; the answer may arrive much later. */
  readonly row: SideRow | null;
  readonly deletedIds: readonly string[];
}

/**
 * One side's remote system, as far as a connector can see it: one row under one key, versions, a feed, conditional
 * writes. Versions are never used twice; "absent" is the one state that comes back.
 */
export class Endpoint {
  clock = 0;
  row: EndpointRow | null = null;
  readonly changes: { at: number; deletedId: string | null }[] = [];
  /** Creates that a side without a unique key would have let through. */
  twins = 0;
  private made = 0;

  constructor(
    readonly side: Side,
    readonly traits: EndpointTraits,
    private readonly cellsOf: (values: Values) => Cells,
  ) {}

  read(): SideRow | null {
    const { row } = this;
    if (row === null) return null;
    return {
      id: this.traits.showsIds ? row.id : null,
      version: String(row.version),
      cells: { ...this.cellsOf(row.values), isInScope: row.isInScope },
    };
  }

  page(since: number): Page {
    const changes = this.changes.filter((change) => change.at > since);
    return {
      since,
      token: this.clock,
      row: this.row && this.row.version > since ? this.read() : null,
      deletedIds: changes.flatMap(({ deletedId }) => (deletedId === null ? [] : [deletedId])),
    };
  }

  create(values: Values, id: string | null): Effect {
    if (this.row) {
      if (!this.traits.hasUniqueKey && this.row.id !== id) this.twins += 1;
      return { kind: 'duplicate' };
    }
    const ownId = this.traits.picksIds || id === null ? this.freshId() : id;
    return this.put({ id: ownId, values, isInScope: true });
  }

  update(patch: Values, target: { id: string | null; expects: string | null }): Effect {
    const { row } = this;
    if (!row || !this.isAddressed(row, target.id)) return { kind: 'not-found' };
    if (!this.isExpected(row, target.expects)) return { kind: 'precondition-failed' };
    return this.put({ ...row, values: { ...row.values, ...patch } });
  }

  remove(target: { id: string | null; expects: string | null }): Effect {
    const { row } = this;
    if (!row || !this.isAddressed(row, target.id)) return { kind: 'not-found' };
    if (!this.isExpected(row, target.expects)) return { kind: 'precondition-failed' };
    this.clock += 1;
    this.changes.push({ at: this.clock, deletedId: row.id });
    this.row = null;
    return { kind: 'done', row: null };
  }

  put(row: Omit<EndpointRow, 'version'>): Effect {
    this.clock += 1;
    this.row = { ...row, version: this.clock };
    this.changes.push({ at: this.clock, deletedId: null });
    return { kind: 'done', row: this.row };
  }

  freshId(): string {
    this.made += 1;
    return `${this.side}-${this.made}`;
  }

  /** Dataverse is addressed by id; F&O by its key, whatever row is there. */
  private isAddressed(row: EndpointRow, id: string | null): boolean {
    return this.side === 'fo' || row.id === id;
  }

  private isExpected(row: EndpointRow, expects: string | null): boolean {
    return !this.traits.isConditional || String(row.version) === expects;
  }
}
