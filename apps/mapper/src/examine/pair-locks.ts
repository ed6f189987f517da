import { SIDES, type Observation } from '@dualwrite/events';
import type { ReferenceNeed } from '@dualwrite/maps';
import type { QueryRunner } from 'typeorm';
import { rowName, type PairStore, type RowName } from '../pairs/pair-store';
import type { KnownReferences } from '../references/known-references';
import { readReferences } from '../references/reference-reader';
import type { MapRun } from '../runs/map-run';
import { PairsAtWork } from './pairs-at-work';
import { referredRow } from './referred-row';
import type { WorkItem } from './work-item';

/** Which pairs a transaction needs: those of its items and rows, and those that hold keys which its rows show. */
export class PairLocks {
  constructor(private readonly pairStore: PairStore) {}

  async lock(
    runner: QueryRunner,
    run: MapRun,
    of: {
      items: readonly WorkItem[];
      observations: readonly Observation[];
      references: KnownReferences;
      asked: { keys: ReadonlySet<string>; rows: ReadonlyMap<string, RowName> };
    },
  ): Promise<{ pairs: PairsAtWork; keys: ReadonlySet<string>; hasUntold: boolean }> {
    const rows = new Map(of.asked.rows);
    for (const observation of of.observations) {
      const { side, nativeId } = observation;
      rows.set(rowName({ side, nativeId }), { side, nativeId });
      const referred = referredRow(run.rules, observation);
      if (referred) rows.set(rowName(referred), referred);
    }
    const pairs = new PairsAtWork();
    const lock = async (asked: Parameters<PairStore['lock']>[1]): Promise<boolean> => {
      const locked = await this.pairStore.lock(runner, asked, run.rules);
      for (const pair of locked.pairs) pairs.add(pair);
      pairs.lead(locked.pairIdByRow);
      return locked.hasUntold;
    };
    const keys = new Set(of.asked.keys);
    const required = await this.pairStore.findByKeys(runner, run.map, [...keys]);
    const optional = optionalIds(of.items, of.observations);
    const hasUntold = await lock({ rows: [...rows.values()], required, optional });
    const fresh = of.observations.filter((one) => one.row !== null && !pairs.ofRow(one));
    if (fresh.length === 0) return { pairs, keys, hasUntold };
    await readReferences(runner, this.needsOf(run, fresh, undefined), of.references);
    for (const { side, row } of fresh) {
      const result = row && run.rules.keyOf(side, row.cells, of.references);
      if (result?.kind === 'key') keys.add(result.key);
    }
    const holders = await this.pairStore.findByKeys(runner, run.map, [...keys]);
    const others = holders.filter((pairId) => !pairs.get(pairId));
    if (others.length > 0) await lock({ rows: [], required: others, optional: [] });
    return { pairs, keys, hasUntold };
  }

  *needsOf(
    run: MapRun,
    observations: readonly Observation[],
    pairs: PairsAtWork | undefined,
  ): Generator<ReferenceNeed> {
    if (run.rules.lookups.length === 0) return;
    for (const { side, row } of observations) if (row) yield* run.needs.of(side, row.cells);
    const observed = new Set(observations.flatMap((one) => (one.row ? [rowName(one)] : [])));
    for (const { state } of pairs?.all() ?? []) {
      for (const side of SIDES) {
        const { row, nativeId } = state.seen[side];
        // A row that is in the batch is planned from what the batch says of it.
        if (row && nativeId !== null && !observed.has(rowName({ side, nativeId }))) {
          yield* run.needs.of(side, row.cells);
        }
      }
    }
  }
}

/** Pairs that may not be there: those of other maps, and those that have gone since they became due. */
function optionalIds(items: readonly WorkItem[], observations: readonly Observation[]): readonly string[] {
  const ids = new Set<string>();
  for (const item of items) if (!('observation' in item)) ids.add(item.pairId);
  for (const { results } of observations) {
    for (const id of Object.keys(results)) ids.add(id.slice(0, id.lastIndexOf(':')));
  }
  return [...ids];
}
