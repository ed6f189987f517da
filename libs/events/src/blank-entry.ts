import type { JournalEntry } from './journal';

/** What an entry leaves out that is about no row; to be spread first. */
export const BLANK_ENTRY = {
  map: null,
  mapVersion: null,
  pairId: null,
  side: null,
  table: null,
  nativeId: null,
  rowId: null,
  key: null,
  intent: null,
  code: null,
  text: null,
  fields: [],
  traceId: null,
} as const satisfies Partial<JournalEntry>;
