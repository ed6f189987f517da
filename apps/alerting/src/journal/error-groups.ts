import type { DataSource } from 'typeorm';

export const GROUP_STATES = ['open', 'ignored', 'resolved', 'regressed'] as const;
export type GroupState = (typeof GROUP_STATES)[number];

/** One piece of trouble, however many rows have it. */
export interface ErrorGroup {
  readonly fingerprint: string;
  readonly map: string | null;
  /** Null: of several companies, or of none. */
  readonly company: string | null;
  readonly service: string;
  readonly side: string | null;
  readonly table: string | null;
  readonly what: string;
  readonly severity: string;
  readonly code: string | null;
  /** Words of the newest entry. */
  readonly text: string | null;
  /** A row that has it. */
  readonly sampleKey: string | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly state: GroupState;
  readonly stateReason: string | null;
}

export interface GroupFilter {
  readonly map?: string | undefined;
  readonly state?: GroupState | undefined;
  readonly limit: number;
}

/** Trouble by its fingerprint, the newest first. */
export class ErrorGroups {
  constructor(private readonly database: DataSource) {}

  async list({ map, state, limit }: GroupFilter): Promise<readonly ErrorGroup[]> {
    const rows: GroupRow[] = await this.database.query(
      `SELECT * FROM error_group
       WHERE ($1::text IS NULL OR map = $1) AND (CASE WHEN $2::text IS NULL THEN state IN ('open', 'regressed')
         ELSE state = $2 END)
       ORDER BY last_at DESC, fingerprint LIMIT $3`,
      [map ?? null, state ?? null, limit],
    );
    return rows.map(asGroup);
  }

  /** With the count of rows that have it, as far as the journal reaches back. */
  async get(fingerprint: string): Promise<(ErrorGroup & { readonly rowCount: number }) | null> {
    const [row]: GroupRow[] = await this.database.query(`SELECT * FROM error_group WHERE fingerprint = $1`, [
      fingerprint,
    ]);
    if (row === undefined) return null;
    const [counted]: { rows: string }[] = await this.database.query(
      `SELECT count(DISTINCT coalesce(pair_id, native_id, id)) AS rows FROM journal WHERE fingerprint = $1`,
      [fingerprint],
    );
    return { ...asGroup(row), rowCount: Number(counted?.rows ?? 0) };
  }

  /** @returns false: there is no such group */
  async setState(
    fingerprint: string,
    { state, reason }: { readonly state: GroupState; readonly reason: string | null },
  ): Promise<boolean> {
    const rows: unknown[] = await this.database.query(
      `WITH changed AS (UPDATE error_group SET state = $2, state_reason = $3, state_at = now()
         WHERE fingerprint = $1 RETURNING 1) SELECT 1 FROM changed`,
      [fingerprint, state, reason],
    );
    return rows.length > 0;
  }
}

interface GroupRow {
  readonly fingerprint: string;
  readonly map: string | null;
  readonly company: string | null;
  readonly service: string;
  readonly side: string | null;
  readonly table_name: string | null;
  readonly event: string;
  readonly severity: string;
  readonly code: string | null;
  readonly text: string | null;
  readonly sample_key: string | null;
  readonly entry_count: string;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly state: GroupState;
  readonly state_reason: string | null;
}

function asGroup(row: GroupRow): ErrorGroup {
  return {
    fingerprint: row.fingerprint,
    map: row.map,
    company: row.company,
    service: row.service,
    side: row.side,
    table: row.table_name,
    what: row.event,
    severity: row.severity,
    code: row.code,
    text: row.text,
    sampleKey: row.sample_key,
    count: Number(row.entry_count),
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    state: row.state,
    stateReason: row.state_reason,
  };
}
