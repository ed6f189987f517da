import { createHash } from 'node:crypto';
import type { JournalEntry } from '@dualwrite/events';

const TEXT_LENGTH_MAX = 300;
/** What differs from row to row in the words of one and the same error. */
const VALUES: readonly RegExp[] = [
  /"[^"]*"/g,
  /'[^']*'/g,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\b\w*\d[\w.:/-]*/g,
];

/**
 * Name of the group that a piece of trouble belongs to: the same map, service, side, event and code, and the same words
 * but for the values in them. Null: nothing is wrong, or it is an alert, which tells of other trouble.
 */
export function fingerprintOf(entry: JournalEntry): string | null {
  if (entry.severity === 'info' || entry.event === 'alert-fired') return null;
  const { map, service, side, table, event, code } = entry;
  const cause = [map, service, side, map === null ? table : null, event, code, templateOf(entry.text ?? '')];
  return createHash('sha256').update(JSON.stringify(cause)).digest('hex').slice(0, 16);
}

/** The words of an error without the values in them. */
export function templateOf(text: string): string {
  return VALUES.reduce((words, value) => words.replace(value, '*'), text.slice(0, TEXT_LENGTH_MAX));
}
