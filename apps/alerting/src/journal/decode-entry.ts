import { decodeMessage, UndecodableMessage, type JournalEntry } from '@dualwrite/events';
import type { KafkaRecord } from '@dualwrite/kafka';

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
    return {
      id: `undecodable/${place.topic}/${place.partition}/${record.offset}`,
      at: new Date(Number(record.timestamp)).toISOString(),
      service: 'alerting',
      event: 'undecodable',
      severity: 'error',
      map: null,
      mapVersion: null,
      pairId: null,
      side: null,
      table: null,
      nativeId: null,
      rowId: null,
      key: null,
      intent: null,
      code: error.code,
      text: `A journal entry does not decode: ${error.message}`,
      fields: [],
      traceId: null,
      bytes: (record.value ?? Buffer.alloc(0)).subarray(0, BYTES_MAX).toString('base64'),
    };
  }
}
