import { BadQuery } from './exchange';

export interface RawPart {
  readonly contentId: string | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export type BatchItem = { kind: 'single'; part: RawPart } | { kind: 'set'; parts: RawPart[] };

/**
 * `multipart/mixed` as real clients send it: CRLF or bare LF, quoted or unquoted boundaries, extra blank lines, blanks
 * in the request line, parts without headers.
 */
export function parseBatch(contentType: string | undefined, body: string): BatchItem[] {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined)
    throw new BadQuery(`Invalid Content-Type header '${contentType ?? ''}' of a batch.`);
  return split(body, boundary).map((section): BatchItem => {
    const { headers, rest } = takeHeaders(section);
    const inner = boundaryOf(headers['content-type']);
    if (inner === undefined) return { kind: 'single', part: partOf(headers, rest) };
    const parts = split(rest, inner).map((one) => {
      const nested = takeHeaders(one);
      return partOf(nested.headers, nested.rest);
    });
    return { kind: 'set', parts };
  });
}

function boundaryOf(contentType: string | undefined): string | undefined {
  if (!contentType || !/^\s*multipart\/mixed/i.test(contentType)) return undefined;
  const found = /boundary\s*=\s*(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  return found?.[1] ?? found?.[2];
}

function split(body: string, boundary: string): string[] {
  const lines = body.split('\n');
  const sections: string[][] = [];
  let current: string[] | undefined;
  for (const line of lines) {
    const text = line.trimEnd();
    if (text === `--${boundary}--`) break;
    if (text === `--${boundary}`) sections.push((current = []));
    else current?.push(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
  return sections.map((section) => section.join('\n'));
}

function partOf(partHeaders: Record<string, string | undefined>, text: string): RawPart {
  const start = text.replace(/^\s+/, '');
  const lineEnd = start.indexOf('\n');
  const line = (lineEnd < 0 ? start : start.slice(0, lineEnd)).trim();
  const found = /^([A-Z]+)\s+(.+?)(?:\s+HTTP\/\d(?:\.\d)?)?$/.exec(line);
  if (!found) throw new BadQuery(`A part of the batch has no request line: '${line}'.`);
  const { headers, rest } = takeHeaders(lineEnd < 0 ? '' : start.slice(lineEnd + 1), true);
  return {
    contentId: partHeaders['content-id'] ?? headers['content-id'],
    method: found[1] as string,
    url: (found[2] as string).replaceAll(' ', '%20'),
    headers,
    body: rest.trim(),
  };
}

/** Header lines up to the first blank line; blank lines in front are passed over unless the headers may be absent. */
function takeHeaders(
  text: string,
  mayBeAbsent = false,
): { headers: Record<string, string | undefined>; rest: string } {
  const lines = text.split('\n');
  const headers: Record<string, string | undefined> = {};
  let index = 0;
  if (!mayBeAbsent) while (index < lines.length && (lines[index] as string).trim() === '') index += 1;
  for (; index < lines.length; index += 1) {
    const line = lines[index] as string;
    const header = /^([\w-]+)\s*:\s*(.*)$/.exec(line);
    if (!header) break;
    headers[(header[1] as string).toLowerCase()] = (header[2] as string).trim();
  }
  return { headers, rest: lines.slice(index).join('\n') };
}
