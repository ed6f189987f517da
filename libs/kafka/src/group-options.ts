import type { CommittedOffset } from './kafka-admin';
import type { TopicPartitionOffset } from './records';

/**
 * Asked at every join of the group, before the first record of the assignment is handled: where to begin instead
 * of at the committed offset. Partitions that are not in the answer begin at `committed`, or at the oldest record.
 */
export type PositionsRule = (
  assignment: readonly AssignedPartition[],
) => Promise<readonly TopicPartitionOffset[]>;

export interface AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  /** `null`: the group never committed, or has forgotten (an empty group forgets after 7 days). */
  readonly committed: CommittedOffset['offset'];
}

export interface GroupOptions {
  readonly group: string;
  /** They must exist: call `ensureTopics` first. */
  readonly topics: readonly string[];
  /** Partitions handled at the same time by this replica. */
  readonly concurrency?: number;
  /** Records that a handler gets at once. */
  readonly batchRecordCountMax?: number;
  readonly positions?: PositionsRule;
  /** `false`: nothing is ever committed, every start reads all (compacted state). */
  readonly commits?: boolean;
  /** A replica that was killed is noticed after this. */
  readonly sessionTimeoutMs?: number;
  /** Longest wait of an idle fetch. It does not delay records, only the end of a pause. */
  readonly fetchWaitMsMax?: number;
  /** A fetch is answered once so much is there, or its wait is over: larger batches for work that nobody waits for. */
  readonly fetchBytesMin?: number;
  /** How long our own stores may be away (DependencyUnavailable) before the process exits. */
  readonly dependencyAwayMsMax?: number;
}

export const GROUP_DEFAULTS = {
  commits: true,
  concurrency: 4,
  batchRecordCountMax: 500,
  sessionTimeoutMs: 10_000,
  fetchWaitMsMax: 1_000,
  fetchBytesMin: 1,
  dependencyAwayMsMax: 60_000,
} as const;
