import type { BudgetReport } from '@dualwrite/odata';
import { inTransaction } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';
import { sql } from '../sql';
import { nextShare } from './share';

/** What a replica says of itself. */
export interface OwnReport {
  readonly askedCount: number;
  /** Calls of one user on one server in a window, as this replica knows it; null: no such limit. */
  readonly limit: number | null;
  /** Asked once the share is known, and before anybody else can count on it. */
  readonly report: (share: number) => BudgetReport;
}

/** What it hears. */
export interface Exchange {
  readonly share: number;
  /** Replicas that live, this one included. */
  readonly replicaCount: number;
  /** Of the others: those that live, and those that are gone but whose calls the side still counts. */
  readonly reports: readonly BudgetReport[];
}

interface StoredReport {
  readonly instance: string;
  readonly askedCount: number;
  readonly report: BudgetReport;
  readonly share: number;
  readonly isLive: boolean;
}

export interface EntitlementUse {
  readonly user: string;
  /** ISO date, UTC. */
  readonly day: string;
  /** Decimal digits. */
  readonly rowCount: string;
}

/** A replica that has said nothing for so long is no more. */
const SILENT_MS = 5_000;
const KEPT_DAYS = 90;

/** Budgets as the replicas tell each other, and the daily entitlement. Times are the database's. */
export class BudgetStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Says how we stand, and takes what share there is to have. One replica after the other: none is granted twice. */
  async exchange(instance: string, own: OwnReport): Promise<Exchange> {
    return inTransaction(this.dataSource, async (runner) => {
      await sql(runner, `select pg_advisory_xact_lock(hashtextextended('budgets:' || current_schema(), 0))`);
      const all = await this.all(runner);
      const others = all.filter((one) => one.instance !== instance);
      const live = others.filter(({ isLive }) => isLive);
      // Silent for too long, we have lost it to the others.
      const before = all.find((one) => one.instance === instance && one.isLive)?.share ?? 0;
      const standing = { askedCount: own.askedCount, share: before };
      const share = nextShare(standing, live, own.limit);
      await this.say(runner, instance, { askedCount: own.askedCount, report: own.report(share), share });
      return {
        share,
        replicaCount: live.length + 1,
        reports: others.map(({ report, isLive }) => (isLive ? report : withoutBlocks(report))),
      };
    });
  }

  /** Its share is free at once; its calls count until the side has forgotten them. */
  async leave(instance: string, report: BudgetReport): Promise<void> {
    await this.say(this.dataSource, instance, { askedCount: 0, report, share: null });
  }

  private async all(runner: QueryRunner): Promise<StoredReport[]> {
    return sql<StoredReport>(
      runner,
      `with forgotten as (
         delete from budget_report
         where said_at < clock_timestamp() - ($1 + (report -> 'limits' ->> 'windowMs')::bigint) * interval '1 ms')
       select instance, asked_count as "askedCount", report, coalesce(share, 0) as share,
         share is not null and said_at >= clock_timestamp() - $1 * interval '1 ms' as "isLive"
       from budget_report`,
      [SILENT_MS],
    );
  }

  private async say(
    executor: DataSource | QueryRunner,
    instance: string,
    {
      askedCount,
      report,
      share,
    }: { readonly askedCount: number; readonly report: BudgetReport; readonly share: number | null },
  ): Promise<void> {
    await sql(
      executor,
      `insert into budget_report (instance, asked_count, report, share, said_at)
       values ($1, $2, $3, $4, clock_timestamp())
       on conflict (instance) do update
         set asked_count = excluded.asked_count, report = excluded.report, share = excluded.share,
           said_at = excluded.said_at`,
      [instance, askedCount, JSON.stringify(report), share],
    );
  }

  /** @returns the sums of those users for the day, this addition included */
  async count(rows: ReadonlyMap<string, number>): Promise<EntitlementUse[]> {
    return sql<EntitlementUse>(
      this.dataSource,
      `with tidied as (delete from entitlement where day < (now() at time zone 'utc')::date - $3::int)
       insert into entitlement as e (day, user_name, row_count)
       select (now() at time zone 'utc')::date, * from unnest($1::text[], $2::bigint[])
       on conflict (day, user_name) do update set row_count = e.row_count + excluded.row_count
       returning user_name as "user", to_char(day, 'YYYY-MM-DD') as day, row_count::text as "rowCount"`,
      [[...rows.keys()], [...rows.values()], KEPT_DAYS],
    );
  }

  async today(): Promise<EntitlementUse[]> {
    return sql<EntitlementUse>(
      this.dataSource,
      `select user_name as "user", to_char(day, 'YYYY-MM-DD') as day, row_count::text as "rowCount"
       from entitlement where day = (now() at time zone 'utc')::date order by user_name`,
    );
  }
}

/** How long it had to wait is not renewed by reading it again. */
function withoutBlocks(report: BudgetReport): BudgetReport {
  return { ...report, budgets: report.budgets.map((budget) => ({ ...budget, blockedForMs: 0 })) };
}
