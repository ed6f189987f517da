import { randomUUID } from 'node:crypto';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { log } from '@dualwrite/telemetry';
import { translateDriverError } from './database-errors';
import { pause } from './pause';

export interface HeldLease {
  /** Aborted once the lease is lost or given up: stop what only its holder may do. */
  readonly signal: AbortSignal;
  /** Grows with every new holder: a store that keeps the highest one seen can refuse an earlier holder. */
  readonly token: string;
}

const TRY_PER_TTL = 4;
const RENEW_PER_TTL = 3;

/**
 * Named leases among the replicas of a service, by the database's clock. For work that has no connection of its own to
 * tie a lock to, and that another replica must take over within `ttlMs`.
 */
export class Leases {
  private readonly holder = randomUUID();

  constructor(private readonly ds: DataSource) {}

  /**
   * Waits for the lease, runs `whileHeld`, gives the lease back. Renews it meanwhile; if that fails for `ttlMs`,
   * `held.signal` aborts and `whileHeld` must return.
   *
   * @param options.signal ends the wait, and the holding
   * @returns what `whileHeld` returned; `undefined` if `options.signal` came before the lease was won
   */
  async hold<T>(
    name: string,
    ttlMs: number,
    whileHeld: (held: HeldLease) => Promise<T>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<T | undefined> {
    while (signal?.aborted !== true) {
      const token = await this.tryTake(name, ttlMs);
      if (token !== undefined) return this.runHeld(name, ttlMs, token, whileHeld, signal);
      await pause(ttlMs / TRY_PER_TTL, signal);
    }
    return undefined;
  }

  /** Like `hold`, but returns `undefined` at once if another replica has the lease. */
  async tryHold<T>(
    name: string,
    ttlMs: number,
    whileHeld: (held: HeldLease) => Promise<T>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<T | undefined> {
    const token = await this.tryTake(name, ttlMs);
    return token === undefined ? undefined : this.runHeld(name, ttlMs, token, whileHeld, signal);
  }

  private async runHeld<T>(
    name: string,
    ttlMs: number,
    token: string,
    whileHeld: (held: HeldLease) => Promise<T>,
    outer: AbortSignal | undefined,
  ): Promise<T> {
    const lost = new AbortController();
    const stop = () => lost.abort();
    outer?.addEventListener('abort', stop, { once: true });
    if (outer?.aborted === true) stop();
    let validUntil = Date.now() + ttlMs;
    let isRenewing = false;
    const renewals = setInterval(() => {
      if (Date.now() >= validUntil) return stop();
      if (isRenewing) return;
      isRenewing = true;
      const sentAt = Date.now();
      this.renew(name, ttlMs, token)
        .then((isOurs) => {
          if (isOurs) validUntil = sentAt + ttlMs;
          else stop();
        })
        .catch((error: unknown) => log.debug('lease.renewal_failed', { name, error }))
        .finally(() => {
          isRenewing = false;
        });
    }, ttlMs / RENEW_PER_TTL);
    try {
      return await whileHeld({ signal: lost.signal, token });
    } finally {
      clearInterval(renewals);
      outer?.removeEventListener('abort', stop);
      await this.giveBack(name, token);
    }
  }

  private async tryTake(name: string, ttlMs: number): Promise<string | undefined> {
    const rows = await this.query<{ token: string }>(
      `INSERT INTO lease AS mine (name, holder, token, expires_at)
       VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 ms')
       ON CONFLICT (name) DO UPDATE
         SET holder = excluded.holder, token = mine.token + 1, expires_at = excluded.expires_at
         WHERE mine.expires_at <= clock_timestamp()
       RETURNING token`,
      [name, this.holder, ttlMs],
    );
    return rows[0]?.token;
  }

  private async renew(name: string, ttlMs: number, token: string): Promise<boolean> {
    const rows = await this.query(
      `WITH renewed AS (
         UPDATE lease SET expires_at = clock_timestamp() + $4 * interval '1 ms'
         WHERE name = $1 AND holder = $2 AND token = $3 RETURNING 1)
       SELECT * FROM renewed`,
      [name, this.holder, token, ttlMs],
    );
    return rows.length > 0;
  }

  /** The row stays, expired, so that tokens go on growing. If this fails, the lease runs out by itself. */
  private async giveBack(name: string, token: string): Promise<void> {
    try {
      await this.query(
        `UPDATE lease SET expires_at = clock_timestamp() WHERE name = $1 AND holder = $2 AND token = $3`,
        [name, this.holder, token],
      );
    } catch (error) {
      log.debug('lease.not_given_back', { name, error });
    }
  }

  private async query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    try {
      return await this.ds.query<Row[]>(sql, parameters);
    } catch (error) {
      throw translateDriverError(error, 'lease');
    }
  }
}

/** List it among the migrations of `openDatabase` where leases are used. */
export class CreateLease1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lease (
        name text PRIMARY KEY,
        holder uuid NOT NULL,
        token bigint NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lease');
  }
}

export const leaseMigration = CreateLease1700000000001;
