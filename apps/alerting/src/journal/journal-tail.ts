import { Injectable, ServiceUnavailableException, type OnModuleDestroy } from '@nestjs/common';
import { pause } from '@dualwrite/persistence';
import type { JournalFilter } from './journal-filter';
import { JournalReader } from './journal-reader';
import type { JournalStep } from './journal-step';

const POLL_MS = 250;
const BATCH_COUNT_MAX = 500;
const FOLLOWER_COUNT_MAX = 50;

/** Who follows the journal: each asks for what came after what it has seen. */
@Injectable()
export class JournalTail implements OnModuleDestroy {
  private readonly end = new AbortController();
  private followerCount = 0;

  constructor(private readonly reader: JournalReader) {}

  onModuleDestroy(): void {
    this.end.abort();
  }

  /** @throws {ServiceUnavailableException} too many follow already */
  admit(): () => void {
    if (this.followerCount >= FOLLOWER_COUNT_MAX) {
      throw new ServiceUnavailableException(
        `${FOLLOWER_COUNT_MAX} follow the journal already; try again later.`,
      );
    }
    this.followerCount += 1;
    return () => (this.followerCount -= 1);
  }

  /**
   * Entries in the order of their numbers, for as long as `signal` allows; an empty list tells that it is alive.
   *
   * @param after number of the last entry that was seen; null: from now on
   */
  async *follow(
    filter: JournalFilter,
    { after, signal }: { readonly after: bigint | null; readonly signal: AbortSignal },
  ): AsyncGenerator<readonly JournalStep[]> {
    const ended = AbortSignal.any([signal, this.end.signal]);
    let seen = after ?? (await this.reader.newestSeq());
    while (!ended.aborted) {
      const upTo = await this.reader.newestSeq();
      const steps =
        upTo > seen ? await this.reader.following(filter, { after: seen, upTo, limit: BATCH_COUNT_MAX }) : [];
      const isFull = steps.length === BATCH_COUNT_MAX;
      seen = isFull ? BigInt(steps.at(-1)?.seq ?? seen) : upTo > seen ? upTo : seen;
      yield steps;
      if (!isFull) await pause(POLL_MS, ended);
    }
  }
}
