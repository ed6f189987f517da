import { SHEET_ERRORS } from '@dualwrite/odata';
import type { EntryMatch, ErrorClass } from '../config/alert-rule';
import { isAmong } from '../config/scope';

/** Entries that were counted together. */
export interface Tally {
  readonly map: string | null;
  readonly company: string | null;
  readonly service: string;
  readonly side: string | null;
  readonly event: string;
  readonly severity: string;
  readonly code: string | null;
  readonly count: number;
}

/** What alerting says itself counts only for a rule that names it: an alert must not keep itself going. */
export function matchesEntry(match: EntryMatch, tally: Tally): boolean {
  if (tally.service === 'alerting' && tally.event !== 'undecodable' && match.events === undefined)
    return false;
  return (
    (match.classes === undefined || match.classes.some((name) => name === classOf(tally))) &&
    isAmong(match.events, tally.event) &&
    isAmong(match.codes, tally.code) &&
    isAmong(match.severities, tally.severity) &&
    isAmong(match.services, tally.service) &&
    isAmong(match.sides, tally.side)
  );
}

/** By the codes of the sides' own errors (docs/reference/errors.md). */
const CLASS_OF_CODE: ReadonlyMap<string, string> = new Map(
  SHEET_ERRORS.map(({ code, class: name }) => [code, name]),
);
const CLASSES: Readonly<Record<string, ErrorClass>> = {
  'refused-caller': 'permission',
  throttled: 'throttled',
  retryable: 'unavailable',
};

/** Null: nothing is wrong. */
export function classOf({ event, severity, code }: Tally): ErrorClass | null {
  if (event === 'undecodable' || event === 'conflict' || event === 'in-doubt') return event;
  if (severity === 'info' || !['rejected', 'parked'].includes(event)) return null;
  return CLASSES[CLASS_OF_CODE.get(code ?? '') ?? ''] ?? 'application';
}
