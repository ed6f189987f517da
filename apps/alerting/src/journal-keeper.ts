import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Names } from '@dualwrite/events';
import { BatchStrategy } from '@dualwrite/kafka';
import { log } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { JOURNAL_PATTERN } from './journal.consumer';
import { JournalStore } from './journal-store';

export const KEPT_DAYS = Symbol('alerting.kept-days');
const FETCH_BYTES_MIN = 1_048_576;
const FETCH_WAIT_MS_MAX = 250;
const CLEAN_EVERY_MS = 600_000;
/** Short deletes: the journal goes on being written meanwhile. */
const CLEAN_ENTRY_COUNT_MAX = 5_000;

/** Joins the journal's group, removes what is too old, closes the database at the end. */
@Injectable()
export class JournalKeeper implements OnModuleDestroy, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private cleaning: Promise<void> | undefined;

  constructor(
    private readonly strategy: BatchStrategy,
    private readonly names: Names,
    private readonly store: JournalStore,
    private readonly database: DataSource,
    @Inject(KEPT_DAYS) private readonly keptDays: number,
  ) {}

  async start(): Promise<void> {
    await this.strategy.attach(JOURNAL_PATTERN, {
      group: this.names.serviceGroup('alerting'),
      topics: [this.names.journal],
      // Nobody waits for an entry within the blink of an eye; gathered, it costs a tenth.
      fetchBytesMin: FETCH_BYTES_MIN,
      fetchWaitMsMax: FETCH_WAIT_MS_MAX,
    });
    this.timer = setInterval(() => {
      this.cleaning ??= this.clean().finally(() => {
        this.cleaning = undefined;
      });
    }, CLEAN_EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.cleaning;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.destroy();
  }

  private async clean(): Promise<void> {
    try {
      let removedCount = CLEAN_ENTRY_COUNT_MAX;
      while (removedCount === CLEAN_ENTRY_COUNT_MAX) {
        removedCount = await this.store.deleteOlderThan(this.keptDays, CLEAN_ENTRY_COUNT_MAX);
      }
    } catch (error) {
      log.warn('alerting.cleaning_failed', { error });
    }
  }
}
