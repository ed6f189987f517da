import type { PairState, Plan } from '@dualwrite/planner';
import { deleteCountMax, heldText, type DeletesSoFar } from './delete-limit';
import type { DeleteLimit } from '@dualwrite/events';

/** What the breaker lets one transaction delete; read under the map's lock, so that replicas count together. */
export class DeleteGate {
  plannedCount = 0;
  private isReached = false;

  constructor(
    private readonly limit: DeleteLimit,
    private readonly before: DeletesSoFar,
    private readonly wasTripped: boolean,
  ) {}

  get areHeld(): boolean {
    const isOver = this.before.deletedCount + this.plannedCount >= deleteCountMax(this.limit, this.before);
    return this.wasTripped || isOver;
  }

  note(before: PairState, plan: Plan): void {
    this.plannedCount += newDeletes(before, plan);
    this.isReached ||= plan.pair.parks.some(({ reason }) => reason === 'delete-held');
  }

  /** Why the breaker trips with this transaction; null: it does not, or has before. */
  get tripText(): string | null {
    if (this.wasTripped || !this.isReached) return null;
    const deletedCount = this.before.deletedCount + this.plannedCount;
    return heldText(this.limit, { ...this.before, deletedCount });
  }
}

/** Writes that end a row, or mark it as ended: those that no source row stands behind. */
export function newDeletes(before: PairState, { pair }: Pick<Plan, 'pair'>): number {
  const known = new Set(before.intents.map(({ number }) => number));
  return pair.intents.filter(({ number, source }) => source === null && !known.has(number)).length;
}
