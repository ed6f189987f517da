import { kept, type SqlExecutor } from '@dualwrite/persistence';
import type { MapCounts } from '@dualwrite/events';
import type { PairState, Verdict } from '@dualwrite/planner';
import type { QueryRunner } from 'typeorm';

/** Change of the books by one transaction: how many pairs more (or fewer) stand in each class. */
export type BookChange = Record<Verdict | 'open', number>;

type Booked = Pick<PairState, 'verdict' | 'intents'>;

export function noChange(): BookChange {
  return {
    'written-fo': 0,
    'written-dataverse': 0,
    unchanged: 0,
    filtered: 0,
    parked: 0,
    waiting: 0,
    held: 0,
    open: 0,
  };
}

/** @param before `null`: the pair was not there; @param after `null`: it is gone */
export function book(change: BookChange, before: Booked | null, after: Booked | null): void {
  if (before?.verdict) change[before.verdict] -= 1;
  if (after?.verdict) change[after.verdict] += 1;
  change.open += Number((after?.intents.length ?? 0) > 0) - Number((before?.intents.length ?? 0) > 0);
}

/** Books of a map: every pair stands in exactly one class. Kept by differences, so that they cost one line a batch. */
export class BookStore {
  /** @param slot one line per source of change (a partition, the re-drive of a replica) */
  async apply(executor: SqlExecutor, map: string, slot: string, change: BookChange): Promise<void> {
    if (Object.values(change).every((count) => count === 0)) return;
    await executor.query(
      kept(`insert into book as b (map, slot, written_fo, written_dataverse, unchanged, filtered, parked, waiting, held, open)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (map, slot) do update set
         written_fo = b.written_fo + excluded.written_fo,
         written_dataverse = b.written_dataverse + excluded.written_dataverse,
         unchanged = b.unchanged + excluded.unchanged, filtered = b.filtered + excluded.filtered,
         parked = b.parked + excluded.parked, waiting = b.waiting + excluded.waiting,
         held = b.held + excluded.held, open = b.open + excluded.open`),
      [
        map,
        slot,
        change['written-fo'],
        change['written-dataverse'],
        change.unchanged,
        change.filtered,
        change.parked,
        change.waiting,
        change.held,
        change.open,
      ],
    );
  }

  async read(runner: QueryRunner, map: string): Promise<MapCounts> {
    const [row] = (await runner.query(
      `select coalesce(sum(written_fo), 0)::int as fo, coalesce(sum(written_dataverse), 0)::int as dataverse,
         coalesce(sum(unchanged), 0)::int as unchanged, coalesce(sum(filtered), 0)::int as filtered,
         coalesce(sum(parked), 0)::int as parked, coalesce(sum(waiting), 0)::int as waiting,
         coalesce(sum(held), 0)::int as held, coalesce(sum(open), 0)::int as open
       from book where map = $1`,
      [map],
    )) as (Omit<MapCounts, 'examined' | 'written'> & { fo: number; dataverse: number })[];
    const {
      fo = 0,
      dataverse = 0,
      unchanged = 0,
      filtered = 0,
      parked = 0,
      waiting = 0,
      held = 0,
      open = 0,
    } = row ?? {};
    const examined = fo + dataverse + unchanged + filtered + parked + waiting + held;
    return { examined, written: { fo, dataverse }, unchanged, filtered, parked, waiting, held, open };
  }
}
