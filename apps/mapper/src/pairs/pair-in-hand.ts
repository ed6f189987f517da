import type { Side } from '@dualwrite/events';
import type { PairState, Wanted } from '@dualwrite/planner';

/** A pair that is locked by the transaction at work, with what has become of it so far. */
export class PairInHand {
  /** State as the database has it; null: made in this transaction. */
  readonly stored: PairState | null;
  /** Another live row of the same side holds the key. */
  rival: boolean;
  readonly storedRival: boolean;
  /** Native ids that lead to this pair from now on. */
  readonly newRows: { side: Side; nativeId: string }[] = [];
  /** Taken in by another pair: goes. */
  adoptedBy: string | null = null;
  /** Looked at again, whatever came of it: its place among the due pairs is to be settled. */
  isExamined = false;
  /** Row that would tell the key of a pair without one. */
  keyWanted: Wanted | null = null;
  /** The map version that looked at it last has to be stored even if nothing else changed. */
  state: PairState;

  constructor(state: PairState, origin: { isNew: boolean; rival: boolean }) {
    this.state = state;
    this.stored = origin.isNew ? null : state;
    this.rival = origin.rival;
    this.storedRival = origin.rival;
  }

  get pairId(): string {
    return this.state.pairId;
  }

  /** What the pair waits for: the planner's wants, and what would tell its key. */
  get wants(): readonly Wanted[] {
    const { wants, key } = this.state;
    return key === null && this.keyWanted !== null && wants.length === 0 ? [this.keyWanted] : wants;
  }

  /** Its row is there, and what would tell its key is not. */
  get isKeyWanted(): boolean {
    return this.state.key === null && this.keyWanted !== null;
  }

  get isNew(): boolean {
    return this.stored === null;
  }

  get isChanged(): boolean {
    return this.stored !== this.state || this.rival !== this.storedRival;
  }
}
