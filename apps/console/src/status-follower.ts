import { decodeMessage, UndecodableMessage, type Names } from '@dualwrite/events';
import type { CompactedRecord, KafkaLink } from '@dualwrite/kafka';
import { log } from '@dualwrite/telemetry';
import type { StatusBook } from './status-book';

/** Keeps the book by dw.status: read whole at the start, then followed. Resolves once it is caught up. */
export async function followStatus(
  book: StatusBook,
  link: KafkaLink,
  { names, instance }: { readonly names: Names; readonly instance: string },
): Promise<void> {
  const reader = await link.readCompacted({
    topic: names.status,
    groupPrefix: `${names.serviceGroup('console')}.${instance}.state`,
    onRecord: (record) => note(book, record),
  });
  await reader.caughtUp;
}

function note(book: StatusBook, record: CompactedRecord): void {
  if (record.value === null) return;
  try {
    book.note(decodeMessage(record, 'status').message);
  } catch (error) {
    // One replica's bad word must not hide what the others say.
    if (!(error instanceof UndecodableMessage)) throw error;
    log.warn('console.status_undecodable', { key: record.key, offset: record.offset, error });
  }
}
