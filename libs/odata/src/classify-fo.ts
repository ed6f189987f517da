import type { HttpOutcome } from './http-outcome';
import { infologText } from './infolog';
import { isObject, textOf, tryParse } from './lossless';
import { retryAfterMs } from './retry-after';
import type { SideFailure } from './side-failure';

const AWAY_WAIT_MS = 2_000;

/**
 * F&O has no machine code for these two, only the text of its log, in the language of the calling user; run the
 * connector's user in English. Everything that depends on wording is here.
 */
const ALREADY_EXISTS = /already exists/i;
const UPDATE_CONFLICT = /update conflict occurred/i;

/** The application's own refusal of a write; every other 5xx may come from anything on the way. */
const WRITE_EXCEPTION = '.AxODataWriteException';

export interface FoAsked {
  readonly operation: 'read' | 'create' | 'update' | 'delete';
}

/** Null: it went well. */
export function classifyFo(outcome: HttpOutcome, asked: FoAsked, nowMs = Date.now()): SideFailure | null {
  if (outcome.kind === 'silence') {
    if (outcome.mayBeSent) return { kind: 'lost', text: outcome.text };
    return { kind: 'unavailable', retryAfterMs: AWAY_WAIT_MS, text: outcome.text };
  }
  const { status, headers, body } = outcome;
  if (status < 400) return null;
  const { type, text } = errorOf(body);
  switch (status) {
    case 401:
    case 403:
      return { kind: 'refused-caller', code: type, text };
    case 404:
      return asked.operation === 'create' ? { kind: 'rejected', code: '404', text } : { kind: 'not-found' };
    case 412:
      return { kind: 'precondition-failed' };
    case 429:
      return { kind: 'throttled', retryAfterMs: retryAfterMs(headers['retry-after'], nowMs) };
    case 503:
      return {
        kind: 'unavailable',
        retryAfterMs: retryAfterMs(headers['retry-after'], nowMs, AWAY_WAIT_MS),
        text,
      };
    default:
      break;
  }
  if (UPDATE_CONFLICT.test(text)) return { kind: 'precondition-failed' };
  if (asked.operation === 'create' && ALREADY_EXISTS.test(text)) {
    // Which key was hit is not said: the caller's look at the row tells.
    return { kind: 'duplicate', key: 'primary', code: type || 'duplicate', text };
  }
  // The same refusal is 400 alone and 500 inside a batch: only this exception says that the write was rolled back.
  const isServerFault = status >= 500 || status === 408;
  if (isServerFault && !type.endsWith(WRITE_EXCEPTION)) return { kind: 'lost', text: `${status} ${text}` };
  return { kind: 'rejected', code: type.split('.').at(-1) || String(status), text };
}

/** `error.code` is empty and `error.message` generic: what people can use is in the inner error. */
function errorOf(body: string): { type: string; text: string } {
  const answer = tryParse(body);
  const error = isObject(answer) ? answer['error'] : undefined;
  const inner = isObject(error) ? error['innererror'] : undefined;
  const innerText = textOf(inner, 'message');
  return {
    type: textOf(inner, 'type') ?? '',
    text: innerText === undefined ? (textOf(error, 'message') ?? body.slice(0, 300)) : infologText(innerText),
  };
}
