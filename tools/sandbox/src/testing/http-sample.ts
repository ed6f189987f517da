import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isObject, parseExact, type Json } from '../json/exact-json';

/** One request or answer of tools/sandbox/examples. */
export interface HttpSample {
  startLine: string;
  headers: Record<string, string>;
  body: string;
}

const EXAMPLES = path.resolve(__dirname, '../../examples');

export function readSample(name: string): HttpSample {
  const text = readFileSync(path.join(EXAMPLES, `${name}.http`), 'utf8');
  const end = text.indexOf('\n\n');
  const [startLine = '', ...lines] = (end < 0 ? text.trimEnd() : text.slice(0, end)).split('\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  return { startLine, headers, body: end < 0 ? '' : text.slice(end + 2).trimEnd() };
}

/** Member names, in order and depth: what two bodies of one form have in common. */
export function shape(json: Json | undefined): unknown {
  if (Array.isArray(json)) return json.map(shape);
  if (json !== undefined && isObject(json))
    return Object.entries(json).map(([name, value]) => [name, shape(value)]);
  return '';
}

/** Statuses, headers and JSON forms of a multipart answer; ids, hosts and boundaries left out. */
export function multipartShape(body: string): unknown[] {
  return body
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('--') && !/^ETag:/.test(line))
    .map((line) => {
      if (line.startsWith('{')) return shape(parseExact(line));
      const [name = '', ...value] = line.split(': ');
      return /^(Location|OData-EntityId|REQ_ID)$/.test(name)
        ? name
        : line.replace(/boundary=.*/, '').replace(/^Content-Type: application\/json.*/, 'JSON') || value;
    });
}
