import type { RequestStatus } from '@dualwrite/events';
import type { DataSource, QueryRunner } from 'typeorm';
import { sql } from '../sql';

const KEPT_DAYS = 14;

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

  /** Older than any redelivery: topics keep requests for 7 days. */
  async forgetOld(): Promise<void> {
    await sql(this.dataSource, `delete from request where ended_at < now() - make_interval(days => $1)`, [
      KEPT_DAYS,
    ]);
  }
}
