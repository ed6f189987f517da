import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { BatchPattern, type RecordBatch } from '@dualwrite/kafka';
import { batchSpan, changeSpan, counter, parseTraceparent, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { decodeEntry } from './decode-entry';
import { JournalWriter } from './journal-writer';

export const JOURNAL_PATTERN = 'journal';

const stored = counter('dualwrite.journal.stored', '{entry}', 'Journal entries stored for the first time');
const repeated = counter('dualwrite.journal.repeated', '{entry}', 'Journal entries that were there already');

/** dw.journal into Postgres. The batch counts as handled once its entries are committed. */
@Controller()
export class JournalConsumer {
  constructor(private readonly writer: JournalWriter) {}

  @BatchPattern(JOURNAL_PATTERN)
  async handle(@Payload() batch: RecordBatch): Promise<void> {
    const entries = batch.records.map((record) => decodeEntry(record, batch));
    const traceparents = batch.records.map((record) => record.headers[TRACEPARENT_HEADER]);
    const attributes = {
      'messaging.destination.name': batch.topic,
      'messaging.batch.message_count': entries.length,
    };
    const addedCount = await batchSpan(`store ${batch.topic}`, traceparents, attributes, async () => {
      const append = this.writer.append(
        entries.map((entry, index) => ({ entry, loggedAtMs: Number(batch.records[index]?.timestamp) })),
      );
      // Each sampled change gets its own last step, which lasts as long as the storing of its batch.
      const steps = traceparents.map(async (traceparent, index) => {
        if (traceparent === undefined || parseTraceparent(traceparent)?.isSampled !== true) return;
        const { event, map } = entries[index] ?? {};
        await changeSpan(
          'journal',
          traceparent,
          { 'dualwrite.event': event, 'dualwrite.map': map ?? undefined },
          () => append,
        );
      });
      const [count] = await Promise.all([append, ...steps]);
      return count;
    });
    stored.add(addedCount);
    repeated.add(entries.length - addedCount);
  }
}
