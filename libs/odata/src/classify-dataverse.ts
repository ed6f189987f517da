import { DATAVERSE_CODES, DATAVERSE_STATUSES } from './errors/dataverse-errors';
import type { SheetError } from './errors/error-class';
import { failureOf } from './errors/failure-of';
import { silenceFailure } from './errors/silence-failure';
import type { HttpOutcome } from './http-outcome';
import { isObject, textOf, tryParse } from './lossless';
import type { SideFailure } from './side-failure';

/** Code of a delta link that is too old: read everything again. */
export const DELTA_EXPIRED = '0x80044352';
/** The code of a create under an id that is taken; other duplicates met another key. */
const DUPLICATE_ID = '0x80040237';

const BY_CODE: ReadonlyMap<string, SheetError> = new Map(
  DATAVERSE_CODES.map((error) => [error.sideCode ?? '', error]),
);

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
  if (outcome.kind !== 'reply') return silenceFailure(outcome);
  const { status, headers, body } = outcome;
  if (status < 400) return null;
  const { code, text } = errorIn(body);
  const retryAfter = headers['retry-after'];
  const error = errorOf({ status, code, text, isAnnounced: retryAfter !== undefined }, asked);
  const isPrimary = code === DUPLICATE_ID || code === '';
  return failureOf(error, {
    status,
    code,
    text,
    retryAfter,
    nowMs,
    key: isPrimary ? 'primary' : 'alternate',
  });
}

interface Said {
  readonly status: number;
  readonly code: string;
  readonly text: string;
  /** With a time to come again. */
  readonly isAnnounced: boolean;
}

function errorOf({ status, code, text, isAnnounced }: Said, asked: DataverseAsked): SheetError {
  const known = BY_CODE.get(code.toLowerCase());
  const { token, forbidden, gateway, away, throttled, serverFault, tooLarge, refused } = DATAVERSE_STATUSES;
  switch (status) {
    case 401:
      return token;
    case 403:
      return known?.failure === 'refused-caller' ? known : forbidden;
    case 404:
      return notFound(asked, known, code, text);
    case 412:
      return known ?? unnamedPrecondition(asked);
    case 429:
      return known?.class === 'throttled' ? known : throttled;
    case 503:
      // Only the service itself says when, or why: a gateway's 503 may hide that the request was carried out.
      return isAnnounced || code !== '' ? away : gateway;
    case 408:
    case 500:
    case 502:
    case 504:
      if (known !== undefined && known.failure !== 'not-found') return known;
      // A coded 500 is the application's own answer, its transaction rolled back; the others are a gateway's guess.
      return status === 500 && code !== '' ? serverFault : gateway;
    case 413:
      return tooLarge;
    default:
      return known === undefined || known.failure === 'not-found' ? refused : known;
  }
}

/** Doc samples show an empty code: `If-None-Match: *` met the row itself; with `If-Match` the row has moved. */
function unnamedPrecondition({ operation }: DataverseAsked): SheetError {
  return operation === 'create'
    ? { ...DATAVERSE_STATUSES.precondition, failure: 'duplicate' }
    : DATAVERSE_STATUSES.precondition;
}

function notFound(
  asked: DataverseAsked,
  known: SheetError | undefined,
  code: string,
  text: string,
): SheetError {
  const { notFound: nothing, lookupTarget } = DATAVERSE_STATUSES;
  // A lookup that is bound to a missing row answers 404 as well: then the text names another id than the one asked for.
  const another = /With Id = ([0-9a-f-]{36})/i.exec(text)?.[1]?.toLowerCase();
  const isTarget = asked.rowId === undefined || another === undefined || another === asked.rowId;
  const isRow = known?.failure === 'not-found' || code === '';
  if (asked.operation === 'read' || (asked.operation !== 'create' && isRow && isTarget))
    return known?.failure === 'not-found' ? known : nothing;
  return lookupTarget;
}

function errorIn(body: string): { code: string; text: string } {
  const answer = tryParse(body);
  const error = isObject(answer) ? answer['error'] : undefined;
  return { code: textOf(error, 'code') ?? '', text: textOf(error, 'message') ?? body.slice(0, 300) };
}
