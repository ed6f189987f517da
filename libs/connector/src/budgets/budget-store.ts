import type { BudgetReport } from '@dualwrite/odata';
import type { DataSource } from 'typeorm';
import { sql } from '../sql';

export interface OtherReplica {
  readonly askedCount: number;
  readonly report: BudgetReport;
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

  /** Says how we stand; @returns what the others have said lately */
  async exchange(instance: string, { askedCount, report }: OtherReplica): Promise<OtherReplica[]> {
    return sql<OtherReplica>(
      this.dataSource,
      `with own as (
         insert into budget_report (instance, asked_count, report, said_at)
         values ($1, $2, $3, clock_timestamp())
         on conflict (instance) do update
           set asked_count = excluded.asked_count, report = excluded.report, said_at = excluded.said_at),
       silent as (
         delete from budget_report
         where instance <> $1 and said_at < clock_timestamp() - 10 * $4 * interval '1 ms')
       select asked_count as "askedCount", report from budget_report
       where instance <> $1 and said_at >= clock_timestamp() - $4 * interval '1 ms'`,
      [instance, askedCount, JSON.stringify(report), SILENT_MS],
    );
  }

  async leave(instance: string): Promise<void> {
    await sql(this.dataSource, 'delete from budget_report where instance = $1', [instance]);
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
