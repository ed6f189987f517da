import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Names, type JournalEntry } from '@dualwrite/events';
import { BatchStrategy } from '@dualwrite/kafka';
import { log } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { forgetOldAlerts } from '../alerts/forget-old-alerts';
import { ownEntry } from './own-entry';
import { JOURNAL_PATTERN } from './journal.consumer';
import { JournalWriter } from './journal-writer';
import { dayOf } from './partitions';

export const KEPT_DAYS = Symbol('alerting.kept-days');
const FETCH_BYTES_MIN = 1_048_576;
const FETCH_WAIT_MS_MAX = 250;
const CLEAN_EVERY_MS = 600_000;
const DAY_MS = 86_400_000;

/** Joins the journal's group, makes days ahead, drops those that are too old, closes the database at the end. */
@Injectable()
export class JournalKeeper implements OnModuleDestroy, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private cleaning: Promise<void> | undefined;

  constructor(
    private readonly strategy: BatchStrategy,
    private readonly names: Names,
    private readonly writer: JournalWriter,
    private readonly database: DataSource,
    @Inject(KEPT_DAYS) private readonly keptDays: number,
  ) {}

  async start(): Promise<void> {
    await this.clean();
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
      const nowMs = Date.now();
      await dropOldDays(this.writer, { nowMs, keptDays: this.keptDays });
      await forgetOldAlerts(this.database, { nowMs, keptDays: this.keptDays });
    } catch (error) {
      log.warn('alerting.cleaning_failed', { error });
    }
  }
}

/** Makes today and tomorrow, drops what is too old, and says so in the journal itself. */
export async function dropOldDays(
  writer: JournalWriter,
  { nowMs, keptDays }: { readonly nowMs: number; readonly keptDays: number },
): Promise<readonly string[]> {
  await writer.makeToday();
  const dropped = await writer.partitions.drop(dayOf(nowMs - keptDays * DAY_MS), async (runner, days) => {
    await writer.appendOwn(runner, [droppedEntry(days, keptDays, nowMs)]);
    // A group whose entries are all gone tells nothing any more.
    await runner.query(`DELETE FROM error_group WHERE last_at < $1`, [
      new Date(nowMs - keptDays * DAY_MS).toISOString(),
    ]);
  });
  if (dropped.length > 0) log.info('alerting.days_dropped', { days: dropped, keptDays });
  return dropped;
}

function droppedEntry(days: readonly string[], keptDays: number, nowMs: number): JournalEntry {
  return ownEntry({
    id: `entries-dropped/${days[0]}/${days.at(-1)}`,
    at: new Date(nowMs).toISOString(),
    event: 'entries-dropped',
    text: `Entries of ${days.join(', ')} are gone: JOURNAL_KEPT_DAYS is ${keptDays}.`,
  });
}
