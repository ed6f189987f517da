import type { HttpOutcome } from './http-outcome';
import { isObject, textOf, tryParse } from './lossless';
import { retryAfterMs } from './retry-after';
import type { SideFailure } from './side-failure';

/** Code of a delta link that is too old: read everything again. */
export const DELTA_EXPIRED = '0x80044352';
/** Wait before asking again a side that was not there and named no time. */
const AWAY_WAIT_MS = 2_000;

/** 412 has four meanings, told apart by the code alone: the text is localised, the status says nothing. */
const FAILURE_BY_CODE: Readonly<Record<string, (code: string, text: string) => SideFailure>> = {
  '0x80060882': () => ({ kind: 'precondition-failed' }),
  '0x80040237': (code, text) => ({ kind: 'duplicate', key: 'primary', code, text }),
  '0x80060892': (code, text) => ({ kind: 'duplicate', key: 'alternate', code, text }),
  '0x80040333': (code, text) => ({ kind: 'duplicate', key: 'alternate', code, text }),
};
/** The row of the URL is not there; the same status with another code means a lookup's target. */
const ROW_NOT_THERE: ReadonlySet<string> = new Set(['0x80040217', '0x80060891', '']);
/** A request that the database gave up: rolled back, so without effect (SQL deadlock, SQL time-out). */
const GAVE_UP: ReadonlySet<string> = new Set(['0x80044151', '0x80044150']);

export interface DataverseAsked {
  /** What the request was: a 404 and a 412 mean different things by it. */
  readonly operation: 'read' | 'create' | 'update' | 'delete';
  readonly rowId?: string;
}

/** Null: it went well. */
export function classifyDataverse(
  outcome: HttpOutcome,
  asked: DataverseAsked,
  nowMs = Date.now(),
): SideFailure | null {
  if (outcome.kind === 'silence') {
    if (outcome.mayBeSent) return { kind: 'lost', text: outcome.text };
    return { kind: 'unavailable', retryAfterMs: AWAY_WAIT_MS, text: outcome.text };
  }
  const { status, headers, body } = outcome;
  if (status < 400) return null;
  const { code, text } = errorOf(body);
  const known = FAILURE_BY_CODE[code];
  switch (status) {
    case 401:
    case 403:
      return { kind: 'refused-caller', code, text };
    case 404:
      return notFound(asked, code, text);
    case 412:
      if (known) return known(code, text);
      // `If-None-Match: *` met the row itself; with `If-Match` the row has moved.
      return asked.operation === 'create'
        ? { kind: 'duplicate', key: 'primary', code, text }
        : { kind: 'precondition-failed' };
    case 429:
      return { kind: 'throttled', retryAfterMs: retryAfterMs(headers['retry-after'], nowMs) };
    case 408:
    case 500:
    case 502:
    case 504:
      if (known) return known(code, text);
      if (GAVE_UP.has(code)) return { kind: 'throttled', retryAfterMs: AWAY_WAIT_MS };
      // A coded 500 is the application's own answer, its transaction rolled back; the others are a gateway's guess.
      return status === 500 && code !== ''
        ? { kind: 'rejected', code, text }
        : { kind: 'lost', text: `${status} ${text}` };
    case 503:
      return {
        kind: 'unavailable',
        retryAfterMs: retryAfterMs(headers['retry-after'], nowMs, AWAY_WAIT_MS),
        text,
      };
    default:
      return known ? known(code, text) : { kind: 'rejected', code: code || String(status), text };
  }
}

function notFound(asked: DataverseAsked, code: string, text: string): SideFailure {
  // A lookup that is bound to a missing row answers 404 as well: then the text names another id than the one asked for.
  const another = /With Id = ([0-9a-f-]{36})/i.exec(text)?.[1]?.toLowerCase();
  const isTarget = asked.rowId === undefined || another === undefined || another === asked.rowId;
  if (asked.operation !== 'create' && ROW_NOT_THERE.has(code) && isTarget) return { kind: 'not-found' };
  if (asked.operation === 'read') return { kind: 'not-found' };
  return { kind: 'rejected', code: code || '404', text };
}

function errorOf(body: string): { code: string; text: string } {
  const answer = tryParse(body);
  const error = isObject(answer) ? answer['error'] : undefined;
  return { code: textOf(error, 'code') ?? '', text: textOf(error, 'message') ?? body.slice(0, 300) };
}
