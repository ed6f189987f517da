/** Where a partition of a map's group stands by Kafka and by Postgres, when it is assigned. */
export interface Standing {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next record by the group; `null`: the group has none. */
  readonly committed: string | null;
  /** The same by Postgres; `null`: nothing was ever handled. */
  readonly stored: string | null;
}

export type PositionDecision =
  /** Both agree, or nothing is known: the group goes on where it is, or at the beginning. */
  | { readonly kind: 'keep' }
  /** Somebody moved the group back: its records are examined again. */
  | { readonly kind: 'replay'; readonly offset: string }
  /** The group has forgotten (an empty one does after 7 days). */
  | { readonly kind: 'restore'; readonly offset: string }
  /** The group is ahead of what the database has taken in: Postgres was set back, or a tool skipped records. */
  | { readonly kind: 'set-back'; readonly offset: string };

/** The rules of architecture 6, "Positions": the truth is in Postgres, but a group that was moved back is obeyed. */
export function decidePosition({ committed, stored }: Standing): PositionDecision {
  if (committed === null) return stored === null ? { kind: 'keep' } : { kind: 'restore', offset: stored };
  if (stored === null) return committed === '0' ? { kind: 'keep' } : { kind: 'set-back', offset: '0' };
  const difference = BigInt(committed) - BigInt(stored);
  if (difference === 0n) return { kind: 'keep' };
  return difference < 0n ? { kind: 'replay', offset: committed } : { kind: 'set-back', offset: stored };
}
