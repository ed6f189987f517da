import type { DataSource } from 'typeorm';
import type { BacklogLook } from './backlog';

const OFFER_VALID_MS = 60 * 60_000;

/**
 * To discard a backlog is asked twice: first it is told how much there is, then that number has to be typed. What came
 * after it was told is no part of it, so that nobody discards what he has not been told of.
 */
export class DiscardOffers {
  constructor(private readonly database: DataSource) {}

  async make(map: string, runEpoch: number, { count, ends }: BacklogLook): Promise<void> {
    await this.database.query(
      `INSERT INTO discard_offer (map, run_epoch, count, ends, at) VALUES ($1, $2, $3, $4, now())
       ON CONFLICT (map) DO UPDATE SET run_epoch = excluded.run_epoch, count = excluded.count,
         ends = excluded.ends, at = excluded.at`,
      [map, runEpoch, count, JSON.stringify(ends)],
    );
  }

  /** `undefined`: never told, too long ago, or of an earlier pause. */
  async find(map: string, runEpoch: number): Promise<BacklogLook | undefined> {
    const [offer] = await this.database.query<BacklogLook[]>(
      `SELECT count, ends FROM discard_offer
       WHERE map = $1 AND run_epoch = $2 AND at > now() - $3::int * interval '1 millisecond'`,
      [map, runEpoch, OFFER_VALID_MS],
    );
    return offer;
  }
}
