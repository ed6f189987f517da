import type { EachBatchPayload } from 'kafkajs';
import { log } from '@dualwrite/telemetry';
import { isMembershipLost, isRebalanceInProgress } from './kafka-errors';

type CommitCalls = Pick<EachBatchPayload, 'uncommittedOffsets' | 'commitOffsetsIfNecessary'>;

const RETRY_MS = 500;
/** Offsets gathered for so long are one request: a busy partition would else commit with every record. */
const GATHER_MS = 200;

/**
 * Commits what is resolved, one request at a time and a few per second: offsets that are resolved meanwhile go with the
 * next. So a commit costs no batch its latency. A crash in between redelivers, as at-least-once allows.
 */
export class OffsetCommitter {
  private latest: CommitCalls | undefined;
  private running: Promise<void> | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  private gathering: NodeJS.Timeout | undefined;
  private lastRunAt = 0;

  constructor(
    private readonly group: string,
    private readonly gatherMs = GATHER_MS,
  ) {}

  /** Commits in the background. */
  request(calls: CommitCalls): void {
    this.latest = calls;
    if (this.running !== undefined || this.gathering !== undefined) return;
    const waitMs = this.lastRunAt + this.gatherMs - Date.now();
    if (waitMs <= 0) this.begin();
    else this.gathering = setTimeout(() => this.begin(), waitMs);
  }

  /** Commits at once what was requested, and waits until it is committed or has failed. */
  async settled(): Promise<void> {
    if (this.gathering !== undefined) this.begin();
    while (this.running !== undefined) await this.running;
  }

  /** Forgets what was requested: the offsets belong to a generation that is over. */
  reset(): void {
    this.latest = undefined;
    clearTimeout(this.retryTimer);
    clearTimeout(this.gathering);
    this.gathering = undefined;
  }

  private begin(): void {
    clearTimeout(this.gathering);
    this.gathering = undefined;
    this.lastRunAt = Date.now();
    this.running ??= this.run();
  }

  private async run(): Promise<void> {
    // Even with nothing to commit it must not end before `running` is set, or it would stay set for ever.
    await Promise.resolve();
    while (this.latest !== undefined) {
      const calls = this.latest;
      this.latest = undefined;
      try {
        const offsets = calls.uncommittedOffsets();
        if (offsets.topics.length > 0) await calls.commitOffsetsIfNecessary(offsets);
      } catch (error) {
        this.handleFailure(error, calls);
      }
    }
    this.running = undefined;
  }

  /** A commit that fails loses nothing, it only makes a redelivery longer; so it is tried again and never throws. */
  private handleFailure(error: unknown, calls: CommitCalls): void {
    log.debug('kafka.commit_failed', { group: this.group, error });
    if (isMembershipLost(error) || isRebalanceInProgress(error)) return;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.request(this.latest ?? calls), RETRY_MS);
    this.retryTimer.unref();
  }
}
