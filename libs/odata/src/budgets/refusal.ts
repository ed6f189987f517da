import type { HttpReply } from '../http-outcome';
import { isObject, textOf, tryParse } from '../lossless';
import { retryAfterMs } from '../retry-after';
import type { Dimension } from './limits';

/** A 429, read for what it says about the limits. */
export interface Refusal {
  readonly retryAfterMs: number;
  /** Null: the side does not say which (F&O under load, a gateway). */
  readonly dimension: Dimension | null;
  /** The limit's figure, where the text tells it: calls, or milliseconds. A hint, never a decision. */
  readonly limit: number | null;
  readonly windowMs: number | null;
}

const DIMENSIONS: Readonly<Record<string, Dimension>> = {
  '0x80072322': 'requests',
  '0x80072321': 'time',
  '0x80072326': 'concurrency',
};

/** Null: no refusal for load. */
export function refusalOf({ status, headers, body }: HttpReply, nowMs: number): Refusal | null {
  if (status !== 429) return null;
  const waitMs = retryAfterMs(headers['retry-after'], nowMs);
  const answer = tryParse(body);
  const error = isObject(answer) ? answer['error'] : undefined;
  const dimension = DIMENSIONS[textOf(error, 'code')?.toLowerCase() ?? ''] ?? null;
  const text = dimension === null ? '' : (textOf(error, 'message') ?? '');
  const windowSeconds = figureIn(text, /time window of ([\d.,]+) seconds/i);
  return {
    retryAfterMs: waitMs,
    dimension,
    limit: figureIn(text, /limit of ([\d.,]+)/i),
    windowMs: windowSeconds === null ? null : windowSeconds * 1_000,
  };
}

/** Whole numbers, with or without separators of thousands. */
function figureIn(text: string, pattern: RegExp): number | null {
  const digits = pattern
    .exec(text)?.[1]
    ?.replace(/[.,]$/, '')
    .replace(/[.,](?=\d{3}(?:\D|$))/g, '');
  const figure = Number(digits);
  return digits !== undefined && Number.isSafeInteger(figure) && figure > 0 ? figure : null;
}
