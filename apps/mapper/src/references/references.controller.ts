import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { BatchPattern, StaleBatch, type RecordBatch } from '@dualwrite/kafka';
import { inTransaction } from '@dualwrite/persistence';
import { StoreLife } from '@dualwrite/service';
import { log } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { decodeRecord } from '../batch/decode-records';
import { PositionStore } from '../positions/position-store';
import { DueStore } from '../redrive/due-store';
import { Redriver } from '../redrive/redriver';
import { REFERENCES, REFERENCES_OWNER, ReferenceFeed } from './reference-feed';
import { writeReferences, type RenamedRow } from './reference-writer';

/** Feeds the reference index; whoever waited for a row, or points at one whose key has changed, is woken at once. */
@Controller()
export class ReferencesController {
  private readonly positions = new PositionStore();
  private readonly dues = new DueStore();

  constructor(
    private readonly feed: ReferenceFeed,
    private readonly redriver: Redriver,
    private readonly database: DataSource,
    private readonly life: StoreLife,
  ) {}

  @BatchPattern(REFERENCES)
  async handle(@Payload() batch: RecordBatch): Promise<void> {
    const { topic, partition, records } = batch;
    const last = records.at(-1);
    if (!last) return;
    if (batch.isStale()) throw new StaleBatch();
    const observations = records.flatMap((record) => {
      const decoded = decodeRecord(record);
      // A map of this table, if there is one, puts it into the journal with its bytes.
      if (decoded.kind === 'undecodable')
        log.warn('reference.undecodable', { topic, partition, offset: record.offset });
      return decoded.kind === 'observation' ? [decoded.observation] : [];
    });
    const hasNewKeys = await inTransaction(this.database, async (runner) => {
      await this.life.recognise(runner);
      const written = await writeReferences(runner, observations, this.feed.columnsByTable());
      for (const [table, nativeIds] of byTable(written.renamed))
        await this.dues.wakePointingAt(runner, this.feed.mapsPointingAt(table), nativeIds);
      const nextOffset = String(BigInt(last.offset) + 1n);
      await this.positions.advance(runner, REFERENCES_OWNER, { topic, partition, nextOffset });
      return written.hasNewKeys;
    });
    // Rows that go by the keys they went by before end no wait: most batches are such.
    if (hasNewKeys) this.redriver.kick();
  }
}

function byTable(rows: readonly RenamedRow[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const { table, nativeId } of rows) ids.set(table, [...(ids.get(table) ?? []), nativeId]);
  return ids;
}
