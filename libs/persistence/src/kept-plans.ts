import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { targetOf } from './dedicated-connection';
import { GatheringClient } from './gathering-client';
import { keptName } from './kept-statements';
import { shareKicker } from './outbox-kick';
import { poolOptions } from './pool-options';

type Arguments = Parameters<Client['query']>;

/** A kept plan holds for tables of any size: nothing is read as a whole, however small it is just now. */
const BY_KEY_ONLY = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
};

/** Statements that are marked as kept go by name: the server reads and plans them once per connection. */
class KeepingClient extends GatheringClient {
  override query(...args: unknown[]): never {
    const [text, values, ...more] = args;
    const name = typeof text === 'string' ? keptName(text) : undefined;
    if (name === undefined) return super.query(...(args as unknown as Arguments));
    return super.query(...([{ name, text, values }, ...more] as unknown as Arguments));
  }
}

/**
 * A second pool to the schema of `ds`, for the statements that every change takes: reading and planning one of them costs
 * Postgres about as much as carrying it out, so those marked by `kept` are planned once per connection. For small batches
 * only: a plan for hundreds of rows is another one.
 *
 * @returns to be destroyed before `ds`
 */
export async function openKeptPlans(ds: DataSource, { poolMax }: { poolMax: number }): Promise<DataSource> {
  const target = targetOf(ds);
  const keeping = new DataSource(
    poolOptions({
      ...target,
      poolMax,
      name: `dualwrite ${target.schema} changes`,
      client: KeepingClient,
      sessionSettings: BY_KEY_ONLY,
    }),
  );
  await keeping.initialize();
  shareKicker(ds, keeping);
  return keeping;
}
