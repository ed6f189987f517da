import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { KafkaRecord } from './records';

export function toKafkaRecord({ offset, key, value, headers, timestamp }: KafkaMessage): KafkaRecord {
  return { offset, key: key?.toString('utf8') ?? null, value, headers: textHeaders(headers), timestamp };
}

/** Our headers are text and single; of a repeated one the first counts. */
function textHeaders(headers: IHeaders | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) texts[name] = typeof first === 'string' ? first : first.toString('utf8');
  }
  return texts;
}
