import { Inject, Injectable } from '@nestjs/common';
import { BLANK_ENTRY, type DeleteLimit, type Names } from '@dualwrite/events';
import { appendOutbox, inTransaction } from '@dualwrite/persistence';
import { startChange } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { journalRecord } from '../batch/outgoing';
import { RATE_PER_SECOND_DEFAULT, type Operation } from '../operations/operation';
import { Retries } from '../operations/retries';
import { MapRuns } from '../runs/map-runs';
import { MAPPER_SETTINGS, NAMES, usualDeleteLimit, type MapperSettings } from '../settings';
import { DeleteBreaker } from './delete-breaker';
import { deleteCountMax, deleteLimitOf } from './delete-limit';

const SAMPLE_COUNT = 20;

export interface HeldDeletes {
  readonly map: string;
  readonly areHeld: boolean;
  readonly reason: string | null;
  readonly heldAt: string | null;
  /** Within the window, up to now. */
  readonly deletedCount: number;
  readonly countMax: number;
  readonly limit: DeleteLimit;
  readonly heldCount: number;
  readonly samples: readonly {
    readonly pairId: string;
    readonly key: string | null;
    readonly side: string;
  }[];
}

/** Deletes that the breaker holds: what a person sees of them, and how he lets them go. */
@Injectable()
export class HeldDeletesDesk {
  private readonly breaker = new DeleteBreaker();

  constructor(
    private readonly database: DataSource,
    private readonly runs: MapRuns,
    private readonly retries: Retries,
    @Inject(NAMES) private readonly names: Names,
    @Inject(MAPPER_SETTINGS) private readonly settings: MapperSettings,
  ) {}

  async look(map: string): Promise<HeldDeletes> {
    const limit = this.limitOf(map);
    return inTransaction(this.database, async (runner) => {
      const stored = await this.breaker.read(runner, map, limit);
      const [breaker] = (await runner.query(
        `select reason, held_at as "heldAt" from delete_breaker where map = $1`,
        [map],
      )) as { reason: string | null; heldAt: string | null }[];
      const [held] = (await runner.query(
        `select count(*)::int as count from park where map = $1 and reason = 'delete-held' and ended_at is null`,
        [map],
      )) as { count: number }[];
      const samples = (await runner.query(
        `select p.pair_id as "pairId", q.key,
           (q.state::json -> 'x' -> 'parks' -> 0 -> 'rows' -> 0 ->> 'side') as side
         from park p join pair q using (pair_id)
         where p.map = $1 and p.reason = 'delete-held' and p.ended_at is null order by p.first_at limit $2`,
        [map, SAMPLE_COUNT],
      )) as HeldDeletes['samples'];
      return {
        map,
        areHeld: stored.isTripped,
        reason: breaker?.reason ?? null,
        heldAt: breaker?.heldAt ?? null,
        deletedCount: stored.deletedCount,
        countMax: deleteCountMax(limit, stored),
        limit,
        heldCount: held?.count ?? 0,
        samples,
      };
    });
  }

  /**
   * A person has seen how many there are and lets them go, at a rate.
   *
   * @param count as it was told; @returns the work on them; a number: there are so many now, and nothing was done
   */
  async release(
    map: string,
    { count, reason, ratePerSecond = RATE_PER_SECOND_DEFAULT }: ReleaseOrder,
  ): Promise<Operation | number> {
    const { heldCount } = await this.look(map);
    if (heldCount !== count) return heldCount;
    const said = reason === undefined ? '' : `: ${reason}`;
    await inTransaction(this.database, async (runner) => {
      await this.breaker.reset(runner, map);
      const entry = journalRecord(
        {
          ...BLANK_ENTRY,
          ...{ event: 'deletes-released', severity: 'warning', map, code: 'mass-delete' },
          text: `${heldCount} held deletes were released${said}`,
        },
        startChange(),
        { names: this.names, at: new Date().toISOString() },
      );
      await appendOutbox(runner, [entry]);
    });
    return this.retries.create({
      ...{ map, parkReason: 'delete-held', how: 'release', ratePerSecond, frozen: false },
      ...(reason === undefined ? {} : { reason }),
    });
  }

  private limitOf(map: string): DeleteLimit {
    const record = this.runs.report().find((one) => one.record.name === map)?.record;
    return deleteLimitOf(record?.deleteLimit, usualDeleteLimit(this.settings));
  }
}

export interface ReleaseOrder {
  readonly count: number;
  readonly reason?: string;
  readonly ratePerSecond?: number;
}
