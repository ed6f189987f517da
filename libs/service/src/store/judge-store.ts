import type { StoreEpoch } from '@dualwrite/persistence';

export type StoreVerdict =
  | { readonly kind: 'as-left' }
  /** The database knows less than it has told before: it was set back, or made anew. */
  | { readonly kind: 'restored'; readonly next: StoreEpoch };

/** Rules 23, 24: a new epoch for a database that is behind its own word. Kafka remembers what the database forgot. */
export function judgeStore(stored: StoreEpoch, told: StoreEpoch | null): StoreVerdict {
  if (told === null || !isBehind(stored, told)) return { kind: 'as-left' };
  return {
    kind: 'restored',
    next: { epoch: Math.max(stored.epoch, told.epoch) + 1, beat: String(BigInt(told.beat) + 1n) },
  };
}

export function isBehind(left: StoreEpoch, right: StoreEpoch): boolean {
  if (left.epoch !== right.epoch) return left.epoch < right.epoch;
  return BigInt(left.beat) < BigInt(right.beat);
}
