import type { BegunWrite } from '@dualwrite/events';
import { DependencyUnavailable } from '@dualwrite/telemetry';
import type { KeyedWrite } from './write-executor';

/** A replica with more of them on its mind has no last word: its message would be too long. */
const BEGUN_COUNT_MAX = 1_000;

/**
 * Rule 23: what this replica has begun and has not heard published yet. A mark goes with the database that holds it, so
 * the replica remembers it, too, and says so when it ends: what a restored register then finds neither answered nor named
 * was never begun.
 */
export class BegunWrites {
  /** On the register's marks: they tell all of what was planned on this epoch of it or a later one. */
  marksFromEpoch: number | undefined;
  private readonly open = new Map<string, BegunWrite>();
  private answered = new Map<string, BegunWrite>();
  /** Answered, and not heard published yet: batches that no beat was heard behind. */
  private readonly cuts = new Set<ReadonlyMap<string, BegunWrite>>();
  private isClosed = false;

  /**
   * To be called before the mark is stored.
   *
   * @throws {DependencyUnavailable} the last word is said: nothing may be begun any more
   */
  note(write: KeyedWrite): void {
    if (this.isClosed) throw new DependencyUnavailable('the process ends: no write is begun any more');
    const { id, table, nativeId, kind, pairId, intent, rowId, source } = write;
    this.open.set(id, { table, nativeId, kind, pairId, intent, rowId, source });
  }

  /** Marks of replicas that are gone, or of others: found in the register when this one started. */
  inherit(marks: ReadonlyMap<string, BegunWrite>): void {
    for (const [id, mark] of marks) this.open.set(id, mark);
  }

  /** Its answer is stored. */
  end(id: string): void {
    const write = this.open.get(id);
    if (write === undefined) return;
    this.open.delete(id);
    this.answered.set(id, write);
  }

  /** What was answered so far will be published before what is stored from now on. @returns to be called once that was heard */
  cut(): () => void {
    const before = this.answered;
    this.answered = new Map();
    this.cuts.add(before);
    return () => this.cuts.delete(before);
  }

  /** From here on nothing is begun. Null: too many to be named. */
  lastWord(): readonly BegunWrite[] | null {
    this.isClosed = true;
    const all = new Map([this.open, this.answered, ...this.cuts].flatMap((some) => [...some]));
    return all.size > BEGUN_COUNT_MAX ? null : [...all.values()];
  }
}
