import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { counter, DependencyRefused, InvariantBroken, log, type PipelineError } from '@dualwrite/telemetry';
import { translateDriverError } from './database-errors';
import { connectDedicated, targetOf, type DatabaseTarget } from './dedicated-connection';
import type { OutboxRecord } from './outbox';
import { registerKicker, type OutboxKicker } from './outbox-kick';
import { Wakeup } from './wakeup';

/** The part of libs/kafka's Publisher that is needed here. */
export interface OutboxSink {
  publish(records: readonly OutboxRecord[], options?: { signal?: AbortSignal }): Promise<void>;
}

export interface OutboxPublisherOptions {
  readonly pollMs?: number;
  readonly batchCountMax?: number;
  /** How long rows left by a holder that ended badly are let be: its last request may still be on its way to Kafka. */
  readonly takeoverGraceMs?: number;
  /** Kafka refuses a record for good. Going on would lose it: the process must end and a person look. */
  readonly onFatal?: (error: PipelineError) => void;
}

interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, string>;
  readonly partition: number | null;
}

const DEFAULTS = { pollMs: 500, batchCountMax: 500, takeoverGraceMs: 1_000 };
const RECONNECT_MS = 500;
/** Published rows that are not removed yet: what a takeover publishes again at most. */
const DONE_COUNT_MAX = 200;
const REMOVE_EVERY_MS = 250;
const STOP_POLL_MS = 20;

const publishedCount = counter(
  'dualwrite.outbox.published',
  '{message}',
  'Records published from the outbox',
);

/**
 * Publishes the outbox of one schema: in the order of ids, each row removed some time after Kafka's acknowledgement.
 *
 * One replica publishes at a time: it holds a session advisory lock, and reads and deletes through that very session,
 * so a replica that lost the lock can do neither. The others queue for the lock in Postgres and take over at once when
 * the holder's session ends. Delivery is at-least-once; the order per key is that of the commits.
 */
export class OutboxPublisher implements OutboxKicker {
  private readonly target: DatabaseTarget;
  private readonly settings: Required<Omit<OutboxPublisherOptions, 'onFatal'>>;
  private readonly wakeup = new Wakeup();
  private readonly channel: string;
  private client: Client | undefined;
  private isHolder = false;
  private isStopping = false;
  private running: Promise<void> | undefined;
  private notifying: Promise<void> | undefined;
  private isNotifyWanted = false;

  constructor(
    private readonly ds: DataSource,
    private readonly sink: OutboxSink,
    private readonly options: OutboxPublisherOptions = {},
  ) {
    this.target = targetOf(ds);
    const { onFatal: _, ...settings } = options;
    this.settings = { ...DEFAULTS, ...settings };
    this.channel = `outbox_${this.target.schema}`;
  }

  /** This replica publishes at the moment. */
  get isPublishing(): boolean {
    return this.isHolder;
  }

  start(): void {
    if (this.running !== undefined) throw new InvariantBroken('the outbox publisher was started twice');
    registerKicker(this.ds, this);
    this.running = this.run();
  }

  /** Publishes what is there now, then gives the lock away. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.wakeup.wake();
    // A replica that queues for the lock is inside a query that may last for hours.
    if (!this.isHolder) await this.client?.end();
    await this.running;
    await this.notifying;
  }

  /**
   * There are new committed rows; `inTransaction` calls this. The holder is woken directly; any other replica tells it
   * through NOTIFY, outside of the transaction (inside, NOTIFY would serialise all commits) and never two at a time.
   */
  kick(): void {
    if (this.isHolder) return this.wakeup.wake();
    this.isNotifyWanted = true;
    this.notifying ??= this.notify();
  }

  private async notify(): Promise<void> {
    while (this.isNotifyWanted) {
      this.isNotifyWanted = false;
      try {
        await this.ds.query('SELECT pg_notify($1, $2)', [this.channel, '']);
      } catch (error) {
        // Only latency is lost: the holder polls.
        log.debug('outbox.notify_failed', { error });
      }
    }
    this.notifying = undefined;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      try {
        await this.holdAndPublish();
      } catch (cause) {
        if (this.isStopping) return;
        if (cause instanceof DependencyRefused) {
          log.error('outbox.refused', { error: cause });
          this.options.onFatal?.(cause);
        } else {
          log.warn('outbox.interrupted', { error: translateDriverError(cause, 'outbox') });
        }
        await this.wakeup.wait(RECONNECT_MS);
      }
    }
  }

  private async holdAndPublish(): Promise<void> {
    const client = await connectDedicated(this.target, `dualwrite ${this.target.schema} outbox`);
    const lost = new AbortController();
    this.client = client;
    client.on('error', (error) => lost.abort(error));
    client.on('end', () => lost.abort());
    client.on('notification', () => this.wakeup.wake());
    try {
      // Told to stop while connecting: stop() had no client to end, and the lock may be another's for hours.
      if (this.isStopping) return;
      await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [
        `outbox:${this.target.schema}`,
      ]);
      await client.query(`LISTEN ${this.channel}`);
      // The table is nearly always empty, and its statistics never say how empty: always by the key.
      await client.query('SET enable_seqscan = off');
      // One plan for the reading below, which is asked for with every change.
      await client.query('SET plan_cache_mode = force_generic_plan');
      // All that is done here is removing what is published: lost in a crash of Postgres, it is published again.
      await client.query('SET synchronous_commit = off');
      await this.letGraceElapse(client);
      this.isHolder = true;
      log.debug('outbox.held', { schema: this.target.schema });
      await this.publishAll(client, lost.signal);
    } finally {
      this.isHolder = false;
      this.client = undefined;
      await client.end();
    }
  }

  /** An empty outbox proves that nothing is on its way: rows stay until they are acknowledged. */
  private async letGraceElapse(client: Client): Promise<void> {
    const { rows } = await client.query<{ waiting: boolean }>(
      'SELECT EXISTS (SELECT FROM outbox) AS waiting',
    );
    const endsAt = Date.now() + this.settings.takeoverGraceMs;
    while (rows[0]?.waiting === true && !this.isStopping && Date.now() < endsAt) {
      await this.wakeup.wait(STOP_POLL_MS);
    }
  }

  /**
   * What is published is removed now and then only: a row costs one reading and a small part of a removal. Rows that a
   * crash leaves are published again, in their order, as at-least-once allows.
   */
  private async publishAll(client: Client, lost: AbortSignal): Promise<void> {
    let done: string[] = [];
    let removedAt = Date.now();
    for (;;) {
      const rows = await this.next(client, done);
      if (rows.length > 0) {
        await this.sink.publish(rows.map(toRecord), { signal: lost });
        publishedCount.add(rows.length, { schema: this.target.schema });
        done.push(...rows.map(({ id }) => id));
      }
      const hasMore = rows.length === this.settings.batchCountMax;
      const isEnding = this.isStopping && rows.length === 0;
      const isTime = done.length >= DONE_COUNT_MAX || Date.now() - removedAt > REMOVE_EVERY_MS || isEnding;
      if (isTime && done.length > 0) {
        await client.query('DELETE FROM outbox WHERE id = ANY($1::bigint[])', [done]);
        done = [];
        removedAt = Date.now();
      }
      if (isEnding) return;
      if (!hasMore && !this.isStopping)
        await this.wakeup.wait(done.length > 0 ? REMOVE_EVERY_MS : this.settings.pollMs);
    }
  }

  private async next(client: Client, done: readonly string[]): Promise<OutboxRow[]> {
    const { rows } = await client.query<OutboxRow>({
      name: 'next',
      text: 'SELECT id, topic, key, value, headers, partition FROM outbox WHERE id <> ALL($2::bigint[]) ORDER BY id LIMIT $1',
      values: [this.settings.batchCountMax, done],
    });
    return rows;
  }
}

function toRecord({ topic, key, value, headers, partition }: OutboxRow): OutboxRecord {
  return { topic, key, value, headers, ...(partition === null ? {} : { partition }) };
}
