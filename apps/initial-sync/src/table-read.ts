import type { ConnectorRequest, RequestStatus, Side } from '@dualwrite/events';

/**
 * One full read of a table, chunk after chunk, and the coverage after it. Every step is stored before it is asked for,
 * so a process that dies goes on with the chunk that it had asked.
 */
export interface TableRead {
  readonly id: string;
  readonly side: Side;
  readonly table: string;
  readonly company: string;
  /** Digest of the columns that were wanted of the table when the read began. */
  readonly columnSet: string;
  readonly state: 'waiting' | 'reading' | 'covering' | 'done';
  readonly cursor: string | null;
  readonly chunk: number;
  /** Only grows: makes the id of a request asked anew after a failure another one. */
  readonly attempt: number;
  /** Failures in a row; decides how long to wait. */
  readonly failureCount: number;
  /** Register epoch of the chunks; null before the first answer. */
  readonly epoch: number | null;
  readonly rowCount: number;
  /** Rows of the table as counted when the read began; null: the side has not said. */
  readonly totalCount: number | null;
  readonly requestId: string | null;
  readonly askedAtMs: number | null;
  readonly notBeforeMs: number;
  readonly lastError: string | null;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

export interface ReadSettings {
  readonly chunkRowCountMax: number;
  /** A request without an answer for so long is asked again, under the same id: asking twice reads once. */
  readonly answerTimeoutMs: number;
  /** Rows of one table that are read in a second at most; null: as fast as they settle. */
  readonly rowsPerSecondMax: number | null;
}

export interface ReadStep {
  /** The same object: nothing is to be done now. */
  readonly read: TableRead;
  readonly request: ConnectorRequest | null;
  /** An answered chunk, for the record. */
  readonly finished: { readonly chunk: number; readonly rowCount: number } | null;
}

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 30_000;

/**
 * The next step of a read; pure. `answer` is the record under the read's open request, if there is one.
 *
 * @param hasCredit the next chunk may be asked for: see ReadCredit
 */
export function stepRead(
  read: TableRead,
  answer: RequestStatus | undefined,
  settings: ReadSettings,
  { nowMs, hasCredit }: { readonly nowMs: number; readonly hasCredit: boolean },
): ReadStep {
  if (read.state === 'done') return { read, request: null, finished: null };
  if (read.requestId === null) {
    const mayAsk = nowMs >= read.notBeforeMs && (hasCredit || read.state === 'covering');
    return mayAsk ? ask(read, settings, nowMs) : { read, request: null, finished: null };
  }
  if (answer === undefined || answer.id !== read.requestId) {
    const isOverdue = nowMs - (read.askedAtMs ?? 0) >= settings.answerTimeoutMs;
    return isOverdue ? ask(read, settings, nowMs) : { read, request: null, finished: null };
  }
  // A restored register has begun a new epoch: what was read before it counts no longer.
  if (read.epoch !== null && answer.epoch !== read.epoch) return ask(startedAnew(read), settings, nowMs);
  if (answer.outcome === 'failed')
    return { read: afterFailure(read, answer, nowMs), request: null, finished: null };
  if (read.state === 'covering') {
    const done: TableRead = { ...answered(read), state: 'done', finishedAtMs: nowMs };
    return { read: done, request: null, finished: null };
  }
  const next: TableRead = {
    ...answered(read),
    epoch: answer.epoch,
    rowCount: read.rowCount + answer.rowCount,
    cursor: answer.nextCursor,
    chunk: read.chunk + 1,
    state: answer.nextCursor === null ? 'covering' : 'reading',
    notBeforeMs: notBefore(read, answer.rowCount, settings, nowMs),
  };
  const finished = { chunk: read.chunk, rowCount: answer.rowCount };
  const mayAsk = next.state === 'covering' || (hasCredit && nowMs >= next.notBeforeMs);
  if (!mayAsk) return { read: next, request: null, finished };
  return { ...ask(next, settings, nowMs), finished };
}

/** The next chunk waits until the rows of the last one have had their time. */
function notBefore(
  read: TableRead,
  rowCount: number,
  { rowsPerSecondMax }: ReadSettings,
  nowMs: number,
): number {
  if (rowsPerSecondMax === null) return read.notBeforeMs;
  return (read.askedAtMs ?? nowMs) + Math.ceil((rowCount * 1_000) / rowsPerSecondMax);
}

/** Asked once, beside the first chunk: how long the read will take is told by it, and nothing hangs on it. */
export function countRequest({ id, side, table, company }: TableRead): ConnectorRequest {
  return { kind: 'count', id: countId(id), side, table, company, runId: id };
}

export function countId(readId: string): string {
  return `${readId}:count`;
}

function ask(read: TableRead, settings: ReadSettings, nowMs: number): ReadStep {
  const id =
    read.requestId ?? `${read.id}:${read.state === 'covering' ? 'cover' : read.chunk}.${read.attempt}`;
  const asked: TableRead = {
    ...read,
    state: read.state === 'waiting' ? 'reading' : read.state,
    requestId: id,
    askedAtMs: nowMs,
    startedAtMs: read.startedAtMs ?? nowMs,
  };
  return { read: asked, request: requestOf(asked, id, settings), finished: null };
}

function requestOf(read: TableRead, id: string, settings: ReadSettings): ConnectorRequest {
  const { side, table, company } = read;
  const common = { id, side, table, company, runId: read.id };
  if (read.state === 'covering') return { kind: 'cover', ...common, epoch: read.epoch ?? 0 };
  return {
    kind: 'read-chunk',
    ...common,
    chunk: read.chunk,
    cursor: read.cursor,
    rowCountMax: settings.chunkRowCountMax,
  };
}

function answered(read: TableRead): TableRead {
  return { ...read, requestId: null, askedAtMs: null, failureCount: 0, lastError: null };
}

function afterFailure(read: TableRead, answer: RequestStatus, nowMs: number): TableRead {
  const backoffMs = Math.min(BACKOFF_FIRST_MS * 2 ** read.failureCount, BACKOFF_MAX_MS);
  return {
    ...read,
    requestId: null,
    askedAtMs: null,
    attempt: read.attempt + 1,
    failureCount: read.failureCount + 1,
    notBeforeMs: nowMs + backoffMs,
    lastError: [answer.code, answer.text].filter((part) => part !== undefined).join(': ') || 'failed',
  };
}

function startedAnew(read: TableRead): TableRead {
  return {
    ...answered(read),
    state: 'reading',
    cursor: null,
    chunk: 0,
    attempt: read.attempt + 1,
    epoch: null,
    rowCount: 0,
  };
}
