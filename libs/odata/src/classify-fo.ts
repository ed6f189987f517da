import type { SheetError } from './errors/error-class';
import { failureOf } from './errors/failure-of';
import { FO_ERRORS } from './errors/fo-errors';
import { silenceFailure } from './errors/silence-failure';
import type { HttpOutcome } from './http-outcome';
import { infologText } from './infolog';
import { isObject, textOf, tryParse } from './lossless';
import type { SideFailure } from './side-failure';

/**
 * F&O has no machine code for these two, only the text of its log, in the language of the calling user. Where that is
 * English they spare a look at the row; where it is not, the client looks (`FoClient`).
 */
const ALREADY_EXISTS = /already exists/i;
const UPDATE_CONFLICT = /update conflict occurred/i;

/** The application's own refusal of a write; every other 5xx may come from anything on the way. */
const WRITE_EXCEPTION = '.AxODataWriteException';
const ACTION_EXCEPTION = 'System.InvalidOperationException';

export interface FoAsked {
  readonly operation: 'read' | 'create' | 'update' | 'delete';
}

/** Null: it went well. */
export function classifyFo(outcome: HttpOutcome, asked: FoAsked, nowMs = Date.now()): SideFailure | null {
  if (outcome.kind !== 'reply') return silenceFailure(outcome);
  const { status, headers, body } = outcome;
  if (status < 400) return null;
  const { type, text } = errorIn(body);
  const retryAfter = headers['retry-after'];
  const error = errorOf({ status, type, text, isAnnounced: retryAfter !== undefined }, asked);
  const code = error.class === 'refused-caller' ? type : (type.split('.').at(-1) ?? '');
  return failureOf(error, { status, code: code || foCode(error, status), text, retryAfter, nowMs });
}

/** A refusal that the text did not explain: whether the row is there, or has moved, may. */
export function isUnexplainedRefusal(failure: SideFailure): boolean {
  return failure.kind === 'rejected' && failure.error === FO_ERRORS.validation.code;
}

function foCode(error: SheetError, status: number): string {
  return error === FO_ERRORS.duplicate ? 'duplicate' : String(status);
}

interface Said {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** With a time to come again. */
  readonly isAnnounced: boolean;
}

function errorOf({ status, type, text, isAnnounced }: Said, { operation }: FoAsked): SheetError {
  switch (status) {
    case 401:
      return FO_ERRORS.token;
    case 403:
      return FO_ERRORS.role;
    case 404:
      return operation === 'create' ? FO_ERRORS.noSuchEntity : FO_ERRORS.notFound;
    case 412:
      return FO_ERRORS.versionMismatch;
    case 429:
      return FO_ERRORS.throttled;
    case 503:
      // Only the environment itself says when: a gateway's 503 may hide that the request was carried out.
      return isAnnounced ? FO_ERRORS.away : FO_ERRORS.gateway;
    default:
      return byException({ status, type, text, isAnnounced }, operation);
  }
}

/** The same refusal is 400 alone and 500 inside a batch: only the exception says that the write was rolled back. */
function byException({ status, type, text }: Said, operation: FoAsked['operation']): SheetError {
  const isWrite = type.endsWith(WRITE_EXCEPTION);
  const isOwnAnswer = isWrite || status < 500;
  if (isOwnAnswer && UPDATE_CONFLICT.test(text)) return FO_ERRORS.updateConflict;
  if (isOwnAnswer && operation === 'create' && ALREADY_EXISTS.test(text)) return FO_ERRORS.duplicate;
  if (isWrite) return FO_ERRORS.validation;
  if (status === 409 && (operation === 'update' || operation === 'delete')) return FO_ERRORS.versionMismatch;
  if (status === 500 && type === ACTION_EXCEPTION && / executing action /.test(text))
    return FO_ERRORS.actionFailed;
  if (status >= 500 || status === 408) return status === 501 ? FO_ERRORS.refused : FO_ERRORS.gateway;
  return type.endsWith('.ODataException') ? FO_ERRORS.badRequest : FO_ERRORS.refused;
}

/** `error.code` is empty and `error.message` generic: what people can use is in the inner error. */
function errorIn(body: string): { type: string; text: string } {
  const answer = tryParse(body);
  const error = isObject(answer) ? answer['error'] : undefined;
  const inner = isObject(error) ? error['innererror'] : undefined;
  const innerText = textOf(inner, 'message');
  return {
    type: textOf(inner, 'type') ?? '',
    text: innerText === undefined ? (textOf(error, 'message') ?? body.slice(0, 300)) : infologText(innerText),
  };
}
