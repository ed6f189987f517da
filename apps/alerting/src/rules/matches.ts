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

export function matchesEntry(match: EntryMatch, tally: Tally): boolean {
  return (
    (match.classes === undefined || match.classes.some((name) => name === classOf(tally))) &&
    isAmong(match.events, tally.event) &&
    isAmong(match.codes, tally.code) &&
    isAmong(match.severities, tally.severity) &&
    isAmong(match.services, tally.service) &&
    isAmong(match.sides, tally.side)
  );
}

const PERMISSION = /^(401|403)$|unauthori[sz]ed|forbidden|permission|0x80040220|0x80048306/i;
const THROTTLED = /^429$|throttl|too.?many|0x80072321|0x80072322|0x80072326/i;

/** Null: nothing is wrong. */
export function classOf({ event, severity, code }: Tally): ErrorClass | null {
  if (event === 'undecodable' || event === 'conflict' || event === 'in-doubt') return event;
  if (severity === 'info' || !['rejected', 'parked'].includes(event)) return null;
  if (code !== null && PERMISSION.test(code)) return 'permission';
  return code !== null && THROTTLED.test(code) ? 'throttled' : 'application';
}
