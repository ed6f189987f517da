import { decodeMessage, UndecodableMessage, type Names } from '@dualwrite/events';
import type { CompactedReader, CompactedRecord, KafkaLink } from '@dualwrite/kafka';
import { log } from '@dualwrite/telemetry';
import type { StatusBook } from './status-book';

/** Keeps the book by dw.status: read whole at the start, then followed. Resolves once it is caught up. */
export async function followStatus(
  book: StatusBook,
  link: Pick<KafkaLink, 'readCompacted'>,
  { names, instance }: { readonly names: Names; readonly instance: string },
): Promise<CompactedReader> {
  const reader = await link.readCompacted({
    topic: names.status,
    groupPrefix: `${names.serviceGroup('alerting')}.${instance}.status`,
    onRecord: (record) => note(book, record),
  });
  await reader.caughtUp;
  return reader;
}

function note(book: StatusBook, record: CompactedRecord): void {
  if (record.value === null) return;
  try {
    book.note(decodeMessage(record, 'status').message);
  } catch (error) {
    // One replica's bad word must not hide what the others say.
    if (!(error instanceof UndecodableMessage)) throw error;
    log.warn('alerting.status_undecodable', { key: record.key, offset: record.offset, error });
  }
}
