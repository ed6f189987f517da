import type { Priority } from './limits';

interface Waiter<T> {
  readonly untilMs: number;
  readonly resolve: (turn: T | null) => void;
}

/** Calls that wait for their turn: live ones first, each kind in the order of asking. */
export class TurnQueue<T> {
  private readonly waiters: Record<Priority, Waiter<T>[]> = { live: [], bulk: [] };

  /** How many would have their turn before a new one of this priority. */
  aheadOf(priority: Priority): number {
    const { live, bulk } = this.waiters;
    return priority === 'live' ? live.length : live.length + bulk.length;
  }

  /** Resolves with what `serve` has for it; null: nothing until then. */
  wait(priority: Priority, untilMs: number): Promise<T | null> {
    return new Promise((resolve) => this.waiters[priority].push({ untilMs, resolve }));
  }

  /** @param offer null: there is nothing for this priority now */
  serve(nowMs: number, offer: (priority: Priority) => T | null): void {
    for (const priority of ['live', 'bulk'] as const) {
      const waiting = this.waiters[priority];
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        const turn = offer(priority);
        if (turn === null && next.untilMs > nowMs) return;
        waiting.shift();
        next.resolve(turn);
      }
    }
  }
}
