import type { Side } from '@dualwrite/events';
import { together, type StatementBundle } from '@dualwrite/persistence';
import type { QueryRunner } from 'typeorm';
import { BookStore, book, noChange } from '../books/book-store';
import { ParkStore } from '../parks/park-store';
import type { PairInHand } from '../pairs/pair-in-hand';
import type { PairStore } from '../pairs/pair-store';
import { DueStore } from '../redrive/due-store';
import type { MapRun } from '../runs/map-run';
import { ShadowStore } from '../shadow/shadow-store';
import type { ShadowWork } from '../shadow/shadow-work';
import { WaitStore } from '../waits/wait-store';
import { dueChanges } from './due-changes';
import type { Examination } from './examination';
import type { PairsAtWork } from './pairs-at-work';

/** Stores what became of the pairs of a transaction: themselves, what they wait for, when they are due, the books. */
export class PairKeeper {
  private readonly waits = new WaitStore();
  private readonly parks = new ParkStore();
  private readonly books = new BookStore();

  constructor(
    private readonly pairStore: PairStore,
    private readonly dues: DueStore,
    private readonly shadows: ShadowStore,
    private readonly redriveAfterMs: number,
  ) {}

  async store(
    runner: QueryRunner,
    bundle: StatementBundle,
    run: MapRun,
    pairs: PairsAtWork,
    { examination, shadow, slot }: { examination: Examination; shadow: ShadowWork | null; slot: string },
  ): Promise<void> {
    const all = pairs.all();
    const change = noChange();
    for (const pair of all) {
      const after = pair.adoptedBy === null ? pair.state : null;
      if (pair.stored !== after) book(change, pair.stored, after);
    }
    const kept = all.filter(({ adoptedBy }) => adoptedBy === null);
    const wanting = kept.filter((pair) => hasOtherWants(pair));
    const { open, postponed, closed } = dueChanges(kept, {
      withoutCredit: examination.postponed,
      redriveAfterMs: this.redriveAfterMs,
      nowMs: Date.now(),
      expectedInMs: (pairId) => shadow?.dueInMs(pairId),
    });
    await together([
      this.pairStore.save(runner, run.map, all, run.rules, bundle),
      this.waits.replace(runner, run.map, wanting),
      this.dues.wakeRivals(runner, run.map, [...examination.freedKeys]),
    ]);
    await this.dues.set(bundle, run.map, open);
    await this.dues.clear(bundle, closed);
    if (shadow) {
      const goneIds = all.filter(({ adoptedBy }) => adoptedBy !== null).map(({ pairId }) => pairId);
      await this.shadows.save(bundle, run.map, shadow, { slot, goneIds });
    }
    await this.parks.replace(bundle, run.map, kept);
    await this.dues.set(
      bundle,
      run.map,
      postponed.map((pairId) => ({ pairId, afterMs: 0 })),
      { isBulk: true },
    );
    await this.books.apply(bundle, run.map, slot, change);
  }

  /** Those that waited because their partner might have been among the rows without a key. */
  async wakeIfAllTold(runner: QueryRunner, run: MapRun, before: ReadonlySet<Side>): Promise<void> {
    const after = await this.pairStore.sidesUntold(runner, run.map);
    if ([...before].some((side) => !after.has(side))) await this.dues.wakeWaiting(runner, run.map);
  }
}

/** Who has no key now, or had none, is looked at in any case: what it waits for is not in its state. */
function hasOtherWants({ stored, state, wants, isChanged }: PairInHand): boolean {
  if (!isChanged) return false;
  if (state.key === null || (stored !== null && stored.key === null)) return true;
  return stored?.wants !== state.wants && wants.length + (stored?.wants.length ?? 0) > 0;
}
