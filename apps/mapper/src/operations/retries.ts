import { Inject, Injectable } from '@nestjs/common';
import type { Names, Side } from '@dualwrite/events';
import { askedKeys } from '@dualwrite/maps';
import { DataSource } from 'typeorm';
import { NAMES } from '../settings';
import type { Operation, RetryAsked } from './operation';
import { OperationStore } from './operation-store';

export interface NewRetry {
  readonly map: string;
  /** Fingerprint of a group. */
  readonly group?: string;
  /** Only what is parked for this reason. */
  readonly parkReason?: string;
  /** Business keys, native ids of either side, or pair ids. */
  readonly rows?: readonly string[];
  readonly how: RetryAsked['how'];
  readonly winner?: Side;
  readonly reason?: string;
  readonly ratePerSecond: number;
  /** Only choose: what is in it now is what will be worked on, whatever is parked meanwhile. */
  readonly frozen: boolean;
}

/** Retries of what is parked or held: one row, a group, or all of a map. The selection is frozen when it is made. */
@Injectable()
export class Retries {
  private readonly store: OperationStore;

  constructor(database: DataSource, @Inject(NAMES) names: Names) {
    this.store = new OperationStore(database, names);
  }

  async create({
    map,
    group,
    parkReason,
    rows,
    frozen,
    ratePerSecond,
    ...asked
  }: NewRetry): Promise<Operation> {
    const all = parkReason === undefined ? `all of ${map}` : `all ${parkReason} of ${map}`;
    const selection = rows ? `${rows.length} rows` : group ? `group ${group}` : all;
    return this.store.create(
      {
        kind: 'retry',
        map,
        state: frozen ? 'frozen' : 'running',
        asked: { ...asked, selection },
        ratePerSecond,
      },
      {
        sql: `select distinct k.pair_id from park k join pair p using (pair_id)
          where k.map = $2 and k.ended_at is null and ($3::text is null or k.fingerprint = $3)
            and ($6::text is null or k.reason = $6)
            and ($4::text[] is null or p.key = any($7) or p.pair_id::text = any($5) or exists (
              select 1 from pair_row r where r.map = $2 and r.pair_id = p.pair_id and (r.native_id = any($4) or r.native_id = any($5))))`,
        parameters: [
          group ?? null,
          rows ?? null,
          rows?.map((row) => row.toLowerCase()) ?? null,
          parkReason ?? null,
          rows?.flatMap(askedKeys) ?? null,
        ],
      },
    );
  }

  list(limit: number): Promise<Operation[]> {
    return this.store.list(null, limit);
  }

  find(id: string): Promise<Operation | undefined> {
    return this.store.find(id);
  }

  /** Also one that was stopped goes on. */
  start(id: string): Promise<Operation | undefined> {
    return this.store.move(id, ['frozen', 'stopped', 'failed'], 'running');
  }

  stop(id: string): Promise<Operation | undefined> {
    return this.store.move(id, ['frozen', 'running'], 'stopped');
  }
}
