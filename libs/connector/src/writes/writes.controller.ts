import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  decodeMessage,
  provisionalId,
  UndecodableMessage,
  type DocumentWrite,
  type JournalEntry,
  type Write,
} from '@dualwrite/events';
import { BatchPattern, type KafkaRecord, type RecordBatch } from '@dualwrite/kafka';
import { log, startChange, traceIdOf, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { ConnectorIdentity } from '../connector-identity';
import { Journal } from '../register/journal';
import { TrackedTables } from '../tables/tracked-tables';
import type { KeyedWrite } from './write-executor';
import { WriteLanes, type DocumentJob, type WriteJob } from './write-lanes';

const JOURNAL_BYTES_MAX = 65_536;

/** Topic `dw.SIDE.TABLE.writes`: decodes at the edge, then hands rows to their lanes. */
@Controller()
export class WritesController {
  constructor(
    @Inject(WriteLanes) private readonly lanes: WriteLanes,
    @Inject(TrackedTables) private readonly tables: TrackedTables,
    @Inject(Journal) private readonly journal: Journal,
    @Inject(ConnectorIdentity) private readonly identity: ConnectorIdentity,
  ) {}

  @BatchPattern('writes')
  async handle(@Payload() batch: RecordBatch): Promise<void> {
    const progress = new ContiguousProgress(batch);
    const jobs: WriteJob[] = [];
    const documents: DocumentJob[] = [];
    for (const [index, record] of batch.records.entries()) {
      const job = await this.jobOf(batch, record, () => progress.done(index));
      if (job === null) progress.done(index);
      else if ('document' in job) documents.push(job);
      else jobs.push(job);
    }
    await this.lanes.run(jobs, () => batch.isStale(), documents);
  }

  /** Null: nothing to carry out; the reason is in the journal. */
  private async jobOf(
    batch: RecordBatch,
    record: KafkaRecord,
    done: () => void,
  ): Promise<WriteJob | DocumentJob | null> {
    const traceparent = record.headers[TRACEPARENT_HEADER] ?? startChange();
    const decoded = this.decode(record);
    if (decoded instanceof UndecodableMessage) {
      await this.refuse(batch, record, traceparent, { code: decoded.code, text: decoded.message });
      return null;
    }
    const write = 'parts' in decoded ? decoded.parts[0] : decoded;
    const table = write && this.tables.find(write.table);
    if (write === undefined || table === undefined || write.side !== this.identity.side) {
      await this.refuse(batch, record, traceparent, {
        code: 'unknown-table',
        text: `${decoded.side} ${write?.table ?? ''} is not served here`,
      });
      return null;
    }
    if ('parts' in decoded) return { document: decoded, traceparent, done };
    // A row that the side names itself has no entry yet: its create is kept under the pair's name.
    const keyed: KeyedWrite = { ...write, nativeId: write.nativeId ?? provisionalId(write.pairId) };
    return { table, write: keyed, traceparent, done };
  }

  private decode(record: KafkaRecord): Write | DocumentWrite | UndecodableMessage {
    try {
      return decodeMessage(record, 'write', 'document-write').message;
    } catch (error) {
      if (error instanceof UndecodableMessage) return error;
      throw error;
    }
  }

  private async refuse(
    batch: RecordBatch,
    record: KafkaRecord,
    traceparent: string,
    why: { code: string; text: string },
  ): Promise<void> {
    const { topic, partition } = batch;
    log.warn('write.undecodable', { topic, partition, offset: record.offset, code: why.code });
    const entry: JournalEntry = {
      ...this.journal.blank(`${topic}/${partition}/${record.offset}`, 'undecodable', 'error'),
      code: why.code,
      text: why.text,
      traceId: traceIdOf(traceparent),
      ...(record.value === null
        ? {}
        : { bytes: record.value.subarray(0, JOURNAL_BYTES_MAX).toString('base64') }),
    };
    await this.journal.append(entry, traceparent);
  }
}

/** Tells the batch how far it is done without a gap, so that what has ended does not come again. */
class ContiguousProgress {
  private readonly isDone: boolean[];
  private next = 0;

  constructor(private readonly batch: RecordBatch) {
    this.isDone = batch.records.map(() => false);
  }

  done(index: number): void {
    this.isDone[index] = true;
    const from = this.next;
    while (this.isDone[this.next]) this.next++;
    const last = this.batch.records[this.next - 1];
    if (this.next > from && last !== undefined) this.batch.resolved(last.offset);
  }
}
