/**
 * Refusals that may be over by themselves, though neither row has moved: a rule of the application that looks at other
 * rows, a key that another row held. What hangs on the row's own values is planned again when they change, and what a
 * person has to decide waits for him.
 */
const BY_OTHERS: ReadonlySet<string> = new Set([
  'key-taken',
  'fo.validation',
  'fo.action-failed',
  'fo.refused',
  'dataverse.plug-in-refused',
  'dataverse.duplicate-alternate-key',
  'dataverse.duplicate-detected',
  'dataverse.refused',
]);

const MINUTE_MS = 60_000;
const DELAYS_MS = [10 * MINUTE_MS, 60 * MINUTE_MS, 6 * 60 * MINUTE_MS, 24 * 60 * MINUTE_MS];

/**
 * How long to wait before what was refused is tried again.
 *
 * @param times how often the pair was parked like this, this time included
 * @returns null: only a change of a row, or a person, ends it
 */
export function retryAfterMs(park: { reason: string; code: string }, times: number): number | null {
  if (park.reason !== 'rejected' && park.reason !== 'key-taken') return null;
  if (!BY_OTHERS.has(park.code)) return null;
  return DELAYS_MS[times - 1] ?? null;
}
