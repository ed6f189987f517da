import type { Operation } from '../odata/exchange';

interface SetCounters {
  create: number;
  update: number;
  delete: number;
  read: number;
  refused: number;
}

type BySet = { [set: string]: SetCounters };

const zero = (): SetCounters => ({ create: 0, update: 0, delete: 0, read: 0, refused: 0 });

/** What was done to each entity set, in all and per caller. A refused request counts as refused only. */
export class Counters {
  private sets: BySet = {};
  private callers: { [caller: string]: BySet } = {};

  count(set: string | undefined, operation: Operation | undefined, caller: string, status: number): void {
    if (set === undefined) return;
    const name = status >= 400 ? 'refused' : operation;
    if (name === undefined || name === 'batch' || name === 'action') return;
    (this.sets[set] ??= zero())[name] += 1;
    ((this.callers[caller] ??= {})[set] ??= zero())[name] += 1;
  }

  report(): object {
    return { ...this.sets, callers: this.callers };
  }

  reset(): void {
    this.sets = {};
    this.callers = {};
  }
}
