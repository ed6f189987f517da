import { randomUUID } from 'node:crypto';
import { LosslessNumber } from 'lossless-json';

const BACKSLASH = 0x5c;
const SPACE = 0x20;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** No side can know it, so no text of a side begins with it. */
const MARK = `number ${randomUUID()} `;

/**
 * JSON whose numbers keep their digits, read by the engine's own parser: numbers are quoted before and unquoted after.
 * A tenth of what reading it character by character takes, which was most of reading a page. Of a member that is there
 * twice the last one counts.
 *
 * @returns undefined: not what it can read, which is no proof that it is not JSON
 */
export function parseMarked(text: string): unknown {
  const marked = markNumbers(text);
  if (marked === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(marked);
    return marked === text ? value : unmarked(value);
  } catch {
    return undefined;
  }
}

/** Every number outside of a string as a string with the mark in front; undefined: a string without an end, or no number. */
function markNumbers(text: string): string | undefined {
  let marked = '';
  let copied = 0;
  for (let from = 0; ;) {
    const opening = text.indexOf('"', from);
    const end = opening < 0 ? text.length : opening;
    for (let at = from; at < end; at++) {
      if (!startsNumber(text.charCodeAt(at))) continue;
      const after = endOfToken(text, at, end);
      const digits = text.slice(at, after);
      if (!NUMBER.test(digits)) return undefined;
      marked += `${text.slice(copied, at)}"${MARK}${digits}"`;
      copied = after;
      at = after - 1;
    }
    if (opening < 0) return copied === 0 ? text : marked + text.slice(copied);
    const closing = endOfString(text, opening);
    if (closing < 0) return undefined;
    from = closing + 1;
  }
}

function startsNumber(code: number): boolean {
  return code === MINUS || (code >= ZERO && code <= NINE);
}

/** A token ends where the next string begins, at a blank, or at what closes or parts members. */
function endOfToken(text: string, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (text.charCodeAt(at) <= SPACE || ',]}'.includes(text.charAt(at))) return at;
  }
  return end;
}

/** Negative: it has none. */
function endOfString(text: string, opening: number): number {
  let closing = text.indexOf('"', opening + 1);
  while (closing >= 0 && isEscaped(text, closing)) closing = text.indexOf('"', closing + 1);
  return closing;
}

function isEscaped(text: string, at: number): boolean {
  let backslashCount = 0;
  while (text.charCodeAt(at - 1 - backslashCount) === BACKSLASH) backslashCount++;
  return backslashCount % 2 === 1;
}

/** In place: nobody else has seen the value yet. */
function unmarked(value: unknown): unknown {
  if (typeof value === 'string')
    return value.startsWith(MARK) ? new LosslessNumber(value.slice(MARK.length)) : value;
  if (typeof value === 'object' && value !== null) {
    const members = value as Record<string, unknown>;
    for (const name of Object.keys(members)) {
      const member = members[name];
      if (typeof member === 'string' || typeof member === 'object') members[name] = unmarked(member);
    }
  }
  return value;
}
