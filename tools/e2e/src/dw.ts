import type { Side } from '@dualwrite/events';
import type { StackFile } from './stack-file';

export interface MapStatus {
  readonly name: string;
  readonly state: string;
  readonly health: string;
  readonly reason?: string;
  readonly inStep: boolean;
  readonly lagMs: number;
  readonly lagCount: number;
  readonly examined: number;
  readonly written: { readonly fo: number; readonly dataverse: number };
  readonly unchanged: number;
  readonly filtered: number;
  readonly parked: number;
  readonly waiting: number;
  readonly held: number;
}

export interface RowEvent {
  readonly at: string;
  readonly service: string;
  readonly what: string;
  readonly map: string | null;
  readonly side: string | null;
  readonly pairId: string | null;
  readonly traceId: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly fields: readonly {
    readonly field: string;
    readonly fo?: unknown;
    readonly dataverse?: unknown;
    readonly lost?: 'fo' | 'dataverse';
  }[];
}

/** A row that others wait for, and why it is not there. */
export interface Wait {
  readonly table: string;
  readonly cause: string;
  readonly rows: readonly { readonly map: string; readonly key: string | null }[];
}

export interface ProofAnswer {
  readonly ok: boolean;
  readonly breachCount: number;
  readonly breaches: readonly {
    readonly kind: string;
    readonly map: string;
    readonly key: string | null;
    readonly text: string;
  }[];
}

export interface VerifyAnswer {
  readonly differenceCount: number;
  readonly differences: readonly {
    readonly map: string;
    readonly kind: string;
    readonly key: string | null;
    readonly rows: Readonly<Record<Side, string | null>>;
    readonly field?: string;
    readonly aside: string | null;
  }[];
}

export interface ReportedRow {
  readonly map: string;
  readonly key: string | null;
  readonly rows: Readonly<Record<Side, string | null>>;
  readonly fields: readonly string[];
}

export interface RepairedRow {
  readonly map: string;
  readonly key: string | null;
  readonly outcome: string;
  readonly writes: readonly { readonly side: Side; readonly kind: string }[];
  readonly text: string | null;
}

export interface CallAnswer {
  readonly id: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly target: Readonly<Record<string, unknown>> | null;
}

export type MapAct = 'start' | 'pause' | 'resume' | 'stop';

/** What an operator asks: the console's admin API, by the token of the sign-in link. */
export class Dw {
  constructor(private readonly stack: () => Promise<StackFile>) {}

  async status(): Promise<readonly MapStatus[]> {
    return (await this.ask<{ maps: readonly MapStatus[] }>('GET', 'status')).maps;
  }

  async act(act: MapAct, ...names: readonly string[]): Promise<void> {
    const { maps } = await this.ask<{ maps: readonly { name: string; confirmed: boolean }[] }>(
      'POST',
      `maps:${act}`,
      { names },
    );
    const open = maps.filter((map) => !map.confirmed).map((map) => map.name);
    if (open.length > 0) throw new Error(`${act} is not confirmed for ${open.join(', ')}`);
  }

  async waits(): Promise<readonly Wait[]> {
    return (await this.ask<{ waits: readonly Wait[] }>('GET', 'waits?limit=1000')).waits;
  }

  /**
   * Drops the parks of rows: they are planned again by what both sides show.
   *
   * @throws some row is not parked, or not known: nothing would follow
   */
  async release(map: string, rows: readonly string[]): Promise<void> {
    const answer = await this.ask<{ rows: readonly { row: string; refused?: { text: string } }[] }>(
      'POST',
      `maps/${map}:release`,
      { rows },
    );
    const refused = answer.rows.flatMap((row) => (row.refused ? [row.refused.text] : []));
    if (refused.length > 0) throw new Error(`not released: ${refused.join('; ')}`);
  }

  async apply(...files: readonly { readonly name: string; readonly text: string }[]): Promise<void> {
    await this.ask('POST', 'maps:apply', { files });
  }

  /** Companies that a running map serves, from now on. */
  async companies(
    map: string,
    change: { add?: readonly string[]; remove?: readonly string[] },
  ): Promise<void> {
    await this.ask('POST', `maps/${map}:companies`, change);
  }

  /** Has every row examined again that was seen since. */
  async replay(map: string, from: Date): Promise<void> {
    await this.ask('POST', 'replays', { map, from: from.toISOString() });
  }

  /** What happened to a row, oldest first. */
  async row(idOrKey: string, { limit = 200 } = {}): Promise<readonly RowEvent[]> {
    const path = `rows/${encodeURIComponent(idOrKey)}?limit=${limit}`;
    return (await this.ask<{ events: readonly RowEvent[] }>('GET', path)).events;
  }

  /** The errors, newest first. */
  async errors(): Promise<readonly RowEvent[]> {
    return (await this.ask<{ errors: readonly RowEvent[] }>('GET', 'errors')).errors;
  }

  /** Reads both sides of all maps afresh: what breaks a promise. */
  prove(): Promise<ProofAnswer> {
    return this.ask('POST', 'proofs', {});
  }

  /** Both sides of these maps held against each other. */
  verify(...maps: readonly string[]): Promise<VerifyAnswer> {
    return this.ask('POST', 'verifications', { maps });
  }

  async repair(rows: readonly ReportedRow[], { preview = false } = {}): Promise<readonly RepairedRow[]> {
    return (await this.ask<{ rows: readonly RepairedRow[] }>('POST', 'repairs', { rows, preview })).rows;
  }

  /** Has the other side take an edit of one row, and waits for its answer. */
  call(map: string, row: string, side: Side, fields: Readonly<Record<string, unknown>>): Promise<CallAnswer> {
    return this.ask('POST', `maps/${map}/calls`, { row, side, fields });
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { console } = await this.stack();
    const response = await fetch(`${console.url}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${new URL(console.signInLink).searchParams.get('token') ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(120_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the console answered ${response.status} to ${path}: ${text}`);
    return JSON.parse(text) as T;
  }
}
