import { encodeMessage } from '@dualwrite/events';
import type { KafkaRecord } from '@dualwrite/kafka';
import { anEntry } from '../testing/an-entry';
import { decodeEntry } from './decode-entry';

const place = { topic: 'dw.journal', partition: 2 };

describe('decodeEntry', () => {
  it.each([
    ['bytes that are not JSON', Buffer.from('{')],
    ['no value', null],
    ['a time that is none', encodeMessage('journal', anEntry({ at: 'yesterday' })).value],
    ['more bytes than are kept', Buffer.alloc(200_000, 'x')],
  ])(
    'given %s, when it is decoded, then it is an error with its bytes and always the same id',
    (_, value) => {
      const record: KafkaRecord = {
        offset: '7',
        key: null,
        value,
        headers: { contract: 'journal', version: '1' },
        timestamp: '1795420800000',
      };
      const entry = decodeEntry(record, place);
      expect(entry).toMatchObject({
        event: 'undecodable',
        severity: 'error',
        at: '2026-11-23T08:00:00.000Z',
      });
      expect(entry.id).toBe(decodeEntry(record, place).id);
      expect(Buffer.from(entry.bytes ?? '', 'base64')).toEqual(
        (value ?? Buffer.alloc(0)).subarray(0, 65_536),
      );
    },
  );
});
