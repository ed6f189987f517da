import type { HttpReply } from './http-outcome';

/** One answer of a batch: of a single request, or those of a change set (one only, if it failed as a whole). */
export type BatchAnswer =
  | { readonly kind: 'single'; readonly reply: HttpReply }
  | { readonly kind: 'change-set'; readonly replies: readonly HttpReply[] };

/** The answer is not the multipart document that was promised. */
export class MalformedBatch extends Error {
  readonly code = 'malformed-batch';
}

/**
 * Reads a `$batch` answer: CRLF or bare LF, boundaries quoted or not, change sets nested. The inner statuses decide;
 * the outer one is 200 even when all failed.
 *
 * @throws {MalformedBatch}
 */
export function readBatch(contentType: string, body: string): BatchAnswer[] {
  return partsOf(body, boundaryOf(contentType)).map((part) => {
    const { headers, rest } = headAndRest(part);
    const innerType = headers['content-type'] ?? '';
    if (/^multipart\/mixed/i.test(innerType)) {
      const inner = partsOf(rest, boundaryOf(innerType));
      return { kind: 'change-set', replies: inner.map((text) => replyOf(headAndRest(text).rest)) };
    }
    return { kind: 'single', reply: replyOf(rest) };
  });
}

function boundaryOf(contentType: string): string {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw new MalformedBatch(`no boundary in ${JSON.stringify(contentType)}`);
  return boundary;
}

function partsOf(body: string, boundary: string): string[] {
  const parts: string[] = [];
  let start = -1;
  for (const { from, to, isEnd } of delimiters(body, boundary)) {
    // The line break in front of a delimiter belongs to it.
    if (start >= 0) parts.push(body.slice(start, from).replace(/\r?\n$/, ''));
    if (isEnd) return parts;
    start = to;
  }
  throw new MalformedBatch('the end of the answer is missing');
}

/** Lines that are the boundary and nothing but it; a boundary inside a value is part of the value. */
function* delimiters(
  body: string,
  boundary: string,
): Generator<{ from: number; to: number; isEnd: boolean }> {
  const mark = `--${boundary}`;
  for (let from = body.indexOf(mark); from >= 0; from = body.indexOf(mark, from + mark.length)) {
    if (from > 0 && body[from - 1] !== '\n') continue;
    const lineEnd = body.indexOf('\n', from);
    const line = body.slice(from + mark.length, lineEnd < 0 ? undefined : lineEnd).trimEnd();
    if (line === '' || line === '--') yield { from, to: lineEnd + 1, isEnd: line === '--' };
  }
}

function headAndRest(text: string): { headers: Record<string, string>; rest: string } {
  // Some servers put an extra blank line in front.
  const trimmed = text.replace(/^(?:\r?\n)+/, '');
  const blank = /\r?\n\r?\n/.exec(trimmed);
  const head = blank === null ? trimmed : trimmed.slice(0, blank.index);
  return {
    headers: headersOf(head.split(/\r?\n/)),
    rest: blank === null ? '' : trimmed.slice(blank.index + blank[0].length),
  };
}

function replyOf(text: string): HttpReply {
  const trimmed = text.replace(/^(?:\r?\n)+/, '');
  const lineEnd = trimmed.search(/\r?\n|$/);
  const statusLine = trimmed.slice(0, lineEnd);
  const status = Number(/^HTTP\/[\d.]+ (\d{3})/.exec(statusLine)?.[1]);
  if (!Number.isInteger(status))
    throw new MalformedBatch(`${JSON.stringify(statusLine.slice(0, 80))} is no status line`);
  const after = trimmed.slice(lineEnd).replace(/^\r?\n/, '');
  // No header at all: the blank line follows at once.
  const { headers, rest } = /^\r?\n/.test(after) ? { headers: {}, rest: after } : headAndRest(after);
  return { kind: 'reply', status, headers, body: rest.trim() };
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const pairs = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0
      ? []
      : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const];
  });
  return Object.fromEntries(pairs);
}
