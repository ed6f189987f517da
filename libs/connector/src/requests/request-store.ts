import type { RequestStatus } from '@dualwrite/events';
import { appendOutbox, inTransaction } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';
import { sql } from '../sql';

/** Longer than any redelivery: topics keep requests for 7 days. */
const KEPT_DAYS = 8;
const FORGOTTEN_COUNT_MAX = 1_000;

/** Requests that have ended, so that one that is delivered again gets the same answer. */
export class RequestStore {
  constructor(private readonly dataSource: DataSource) {}

  async find(id: string): Promise<RequestStatus | undefined> {
    const [found] = await sql<{ status: RequestStatus }>(
      this.dataSource,
      'select status from request where id = $1',
      [id],
    );
    return found?.status;
  }

  async save(runner: QueryRunner, status: RequestStatus): Promise<void> {
    await runner.query('insert into request (id, status) values ($1, $2) on conflict (id) do nothing', [
      status.id,
      JSON.stringify(status),
    ]);
  }

  /**
   * Forgets the oldest of those that nobody can ask for any more, and takes their answers from the compacted topic,
   * which would keep them for ever.
   *
   * @returns whether there may be more
   */
  async forgetOld(statusTopic: string): Promise<boolean> {
    return inTransaction(this.dataSource, async (runner) => {
      const forgotten = await sql<{ id: string }>(
        runner,
        `with gone as (
           delete from request where id in (
             select id from request where ended_at < now() - make_interval(days => $1) order by ended_at limit $2
             for update skip locked) returning id)
         select id from gone order by id`,
        [KEPT_DAYS, FORGOTTEN_COUNT_MAX],
      );
      await appendOutbox(
        runner,
        forgotten.map(({ id }) => ({ topic: statusTopic, key: answerKey(id), value: null })),
      );
      return forgotten.length === FORGOTTEN_COUNT_MAX;
    });
  }
}

/** Key of a request's answer on `dw.status`. */
export function answerKey(id: string): string {
  return `request/${id}`;
}
