import { randomUUID } from 'node:crypto';
import type { Names } from '@dualwrite/events';
import { appendOutbox, inTransaction } from '@dualwrite/persistence';
import { InvariantBroken } from '@dualwrite/telemetry';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Operation, OperationState } from './operation';
import { operationJournalRecord } from './operation-journal';

const COLUMNS = `id, kind, map, state, asked, rate_per_second as "ratePerSecond", total, done, outcomes, progress, text,
  created_at as "createdAt", started_at as "startedAt", ended_at as "endedAt"`;

export interface NewOperation {
  readonly kind: Operation['kind'];
  readonly map: string;
  readonly state: OperationState;
  readonly asked: object;
  readonly ratePerSecond: number;
  readonly total?: number;
  readonly progress?: object;
}

/** Operations and the pairs that they are about. */
export class OperationStore {
  constructor(
    private readonly database: DataSource,
    private readonly names: Names,
  ) {}

  /**
   * @param choose SQL that selects `pair_id` of the map `$2`, with these parameters from `$3` on; none: no pairs
   */
  async create(
    { kind, map, state, asked, ratePerSecond, total = 0, progress = {} }: NewOperation,
    choose?: { readonly sql: string; readonly parameters: readonly unknown[] },
  ): Promise<Operation> {
    const id = randomUUID();
    return inTransaction(this.database, async (runner) => {
      await runner.query(
        `insert into operation (id, kind, map, state, asked, rate_per_second, total, progress, started_at)
         values ($1, $2, $3, $4::text, $5, $6, $7, $8, case when $4::text = 'running' then now() end)`,
        [id, kind, map, state, JSON.stringify(asked), ratePerSecond, total, JSON.stringify(progress)],
      );
      if (choose) {
        await runner.query(
          `insert into operation_item (operation_id, n, pair_id)
           select $1, row_number() over (order by pair_id), pair_id from (${choose.sql}) chosen where $2::text is not null`,
          [id, map, ...choose.parameters],
        );
        await runner.query(
          `update operation set total = (select count(*) from operation_item where operation_id = $1) where id = $1`,
          [id],
        );
      }
      return this.tell(runner, id);
    });
  }

  async find(id: string): Promise<Operation | undefined> {
    const [found] = await this.database.query<Operation[]>(`select ${COLUMNS} from operation where id = $1`, [
      id,
    ]);
    return found;
  }

  async list(kind: Operation['kind'] | null, limit: number): Promise<Operation[]> {
    return this.database.query(
      `select ${COLUMNS} from operation where $1::text is null or kind = $1 order by created_at desc limit $2`,
      [kind, limit],
    );
  }

  async running(): Promise<Operation[]> {
    return this.database.query(
      `select ${COLUMNS} from operation where state = 'running' order by created_at`,
    );
  }

  /** @returns `undefined`: it is in none of these states, or there is none */
  async move(
    id: string,
    from: readonly OperationState[],
    to: OperationState,
    text: string | null = null,
  ): Promise<Operation | undefined> {
    return inTransaction(this.database, async (runner) => {
      const [moved] = (await runner.query(
        `update operation set state = $3::text, text = coalesce($4, text),
         started_at = case when $3::text = 'running' then coalesce(started_at, now()) else started_at end,
         ended_at = case when $3::text in ('stopped', 'done', 'failed') then now() end
       where id = $1 and state = any($2) returning id`,
        [id, from, to, text],
      )) as [unknown[], number];
      return moved.length > 0 ? this.tell(runner, id) : undefined;
    });
  }

  /** The next pairs that nothing was done about. */
  async open(id: string, limit: number): Promise<readonly { readonly n: number; readonly pairId: string }[]> {
    return this.database.query(
      `select n, pair_id as "pairId" from operation_item where operation_id = $1 and outcome is null order by n limit $2`,
      [id, limit],
    );
  }

  /** Notes what became of these pairs: the verdict that they stand in now. */
  async note(id: string, numbers: readonly number[]): Promise<void> {
    await inTransaction(this.database, async (runner) => {
      const outcomes = (await runner.query(
        `with noted as (
           update operation_item i set outcome = coalesce((select verdict from pair p where p.pair_id = i.pair_id), 'gone')
           where i.operation_id = $1 and i.n = any($2) and i.outcome is null returning i.outcome)
         select outcome, count(*)::int as count from noted group by outcome`,
        [id, numbers],
      )) as { outcome: string; count: number }[];
      await this.add(runner, id, Object.fromEntries(outcomes.map(({ outcome, count }) => [outcome, count])));
    });
  }

  /** Sets the pairs that it is about, instead of those that were chosen before. */
  async choose(id: string, pairIds: readonly string[], progress: object): Promise<void> {
    await inTransaction(this.database, async (runner) => {
      await runner.query(`delete from operation_item where operation_id = $1`, [id]);
      await runner.query(
        `insert into operation_item (operation_id, n, pair_id)
         select $1, n, pair_id from unnest($2::uuid[]) with ordinality as q (pair_id, n)`,
        [id, [...pairIds].sort()],
      );
      await runner.query(
        `update operation set total = $2, done = 0, outcomes = '{}', progress = progress || $3::jsonb where id = $1`,
        [id, pairIds.length, JSON.stringify(progress)],
      );
    });
  }

  /** Notes outcomes that are not the pairs' verdicts. */
  async noteAs(
    runner: QueryRunner,
    id: string,
    items: readonly { readonly n: number; readonly outcome: string }[],
  ): Promise<void> {
    await runner.query(
      `update operation_item i set outcome = q.outcome from unnest($2::int[], $3::text[]) as q (n, outcome)
       where i.operation_id = $1 and i.n = q.n`,
      [id, items.map(({ n }) => n), items.map(({ outcome }) => outcome)],
    );
    const outcomes: Record<string, number> = {};
    for (const { outcome } of items) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    await this.add(runner, id, outcomes);
  }

  /** Adds to the outcomes, in the transaction of the work itself where there is one. */
  async add(
    runner: QueryRunner,
    id: string,
    outcomes: Readonly<Record<string, number>>,
    progress?: object,
  ): Promise<void> {
    const count = Object.values(outcomes).reduce((sum, one) => sum + one, 0);
    await runner.query(
      `update operation o set done = done + $2, progress = o.progress || $4::jsonb,
         outcomes = (select coalesce(jsonb_object_agg(k, coalesce((o.outcomes->>k)::int, 0) + coalesce(($3::jsonb->>k)::int, 0)), '{}')
           from (select jsonb_object_keys(o.outcomes || $3::jsonb) as k) keys)
       where id = $1`,
      [id, count, JSON.stringify(outcomes), JSON.stringify(progress ?? {})],
    );
  }

  /** Everybody who reads the map's story hears of it. */
  private async tell(runner: QueryRunner, id: string): Promise<Operation> {
    const [operation] = (await runner.query(`select ${COLUMNS} from operation where id = $1`, [
      id,
    ])) as Operation[];
    if (!operation) throw new InvariantBroken('an operation that was just written is not there', { id });
    await appendOutbox(runner, [operationJournalRecord(this.names, operation)]);
    return operation;
  }
}
