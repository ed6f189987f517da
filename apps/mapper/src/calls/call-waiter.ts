import type { CallEnds } from './call-ends';
import type { Call, CallStore } from './call-store';

interface Waiting {
  readonly resolve: (call: Call | undefined) => void;
  readonly reject: (error: unknown) => void;
  readonly untilMs: number;
}

/** So much longer than needed a caller waits whose answer another replica has taken in; one question for all who wait. */
const LOOK_EVERY_MS = 40;

/** Waits for the ends of calls: their answers may be taken in by any replica, so the table is asked. */
export class CallWaiter {
  private readonly waiting = new Map<string, Waiting[]>();
  private isLooking = false;

  constructor(
    private readonly store: Pick<CallStore, 'ended'>,
    private readonly ends: Pick<CallEnds, 'next'>,
  ) {}

  /** @returns the call at its end; undefined: it has none yet after `waitMs` */
  wait(id: string, waitMs: number): Promise<Call | undefined> {
    return new Promise((resolve, reject) => {
      const one = { resolve, reject, untilMs: Date.now() + waitMs };
      this.waiting.set(id, [...(this.waiting.get(id) ?? []), one]);
      if (!this.isLooking) void this.look();
    });
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    try {
      while (this.waiting.size > 0) {
        this.tell(await this.store.ended([...this.waiting.keys()]));
        this.dismiss(Date.now());
        if (this.waiting.size > 0) await this.ends.next(LOOK_EVERY_MS);
      }
    } catch (error) {
      for (const all of this.waiting.values()) for (const { reject } of all) reject(error);
      this.waiting.clear();
    } finally {
      this.isLooking = false;
    }
  }

  private tell(ended: readonly Call[]): void {
    for (const call of ended) {
      for (const { resolve } of this.waiting.get(call.id) ?? []) resolve(call);
      this.waiting.delete(call.id);
    }
  }

  private dismiss(nowMs: number): void {
    for (const [id, all] of this.waiting) {
      const left = all.filter(({ untilMs }) => untilMs > nowMs);
      for (const one of all) if (one.untilMs <= nowMs) one.resolve(undefined);
      if (left.length === 0) this.waiting.delete(id);
      else this.waiting.set(id, left);
    }
  }
}
