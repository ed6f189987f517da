import { decodeMessage, UndecodableMessage, type JournalEntry } from '@dualwrite/events';
import type { KafkaRecord } from '@dualwrite/kafka';
import { ownEntry } from './own-entry';

const BYTES_MAX = 64 * 1024;

/**
 * A record of dw.journal as an entry; one that does not decode becomes an entry itself, with its bytes: the same id at
 * every delivery.
 */
export function decodeEntry(
  record: KafkaRecord,
  place: { readonly topic: string; readonly partition: number },
): JournalEntry {
  try {
    const { message } = decodeMessage(record, 'journal');
    if (Number.isNaN(Date.parse(message.at))) throw new UndecodableMessage('journal/at is no time');
    return message;
  } catch (error) {
    if (!(error instanceof UndecodableMessage)) throw error;
    return ownEntry({
      id: `undecodable/${place.topic}/${place.partition}/${record.offset}`,
      at: new Date(Number(record.timestamp)).toISOString(),
      event: 'undecodable',
      severity: 'error',
      code: error.code,
      text: `A journal entry does not decode: ${error.message}`,
      bytes: (record.value ?? Buffer.alloc(0)).subarray(0, BYTES_MAX).toString('base64'),
    });
  }
}
