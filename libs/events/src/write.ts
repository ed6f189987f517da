import type { Cells } from './cells';
import type { Side } from './side';

export type WriteKind = 'create' | 'update' | 'delete';

/**
 * The command to a connector: a write with the version that it expects.
 * Topic `dw.SIDE.TABLE.writes`, key `nativeId`, or `pairId` before there is one.
 */
export interface Write {
  /** `PAIR_ID:INTENT`: the same for every delivery and re-drive of this write. */
  readonly id: string;
  readonly pairId: string;
  /** Number of the intent within its pair; only grows. */
  readonly intent: number;
  readonly map: string;
  readonly mapVersion: number;
  /** The map's run; an executor withholds writes of an older one. */
  readonly runEpoch: number;
  readonly kind: WriteKind;
  readonly side: Side;
  readonly table: string;
  /** Register entry of the target row; null where the side picks the id of a new row and shows none before. */
  readonly nativeId: string | null;
  /** Incarnation of the target row (update, delete), or the id that we choose for a new row where the side lets us. */
  readonly rowId: string | null;
  /** Version that the row must still have (update, delete); null for a create. */
  readonly expects: string | null;
  /** Columns of the target and their new values; for a create all that are mapped, for a delete none. */
  readonly patch: Cells;
  /** Incarnation on the other side that this was planned from; null for a delete. */
  readonly source: string | null;
  /**
   * Column of the patch that holds `source`, so that a row which the side names itself is found again by it. Only with
   * `nativeId: null`; absent: a lost answer leaves in doubt what became of the create.
   */
  readonly reference?: string;
  /** Epoch of the target's register that the plan was based on (rule 12). */
  readonly registerEpoch: number;
  /** Intent numbers of this pair and side that have no answer yet, this one included (rule 11). */
  readonly open: readonly number[];
  /** Of a baseline or another sweep over many rows: it gives way to the writes of people's changes. */
  readonly isBulk?: boolean;
  readonly plannedAt: string;
}

/** Numbers of intents begin with the epoch of the mapper's database: a restored one never gives one out twice (rule 24). */
export const INTENTS_PER_EPOCH = 1_000_000_000;

/** Epoch of the mapper's database that planned the intent. */
export function mapperEpochOf(intent: number): number {
  return Math.floor(intent / INTENTS_PER_EPOCH);
}

/**
 * Register entry of a create whose row the side names itself: the attempt is marked in it, and its answers ride on its
 * observations until the row is seen under its own name. It never has a row.
 */
export function provisionalId(pairId: string): string {
  return `${PROVISIONAL}${pairId}`;
}

export function isProvisional(nativeId: string): boolean {
  return nativeId.startsWith(PROVISIONAL);
}

const PROVISIONAL = '~pair:';

export function writeId(pairId: string, intent: number): string {
  return `${pairId}:${intent}`;
}
