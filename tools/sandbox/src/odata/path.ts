import { BadQuery } from './exchange';
import { literalAt, type Literal } from './literal';

export interface KeyPart {
  /** Absent in `accounts(GUID)`. */
  readonly name: string | undefined;
  readonly literal: Literal;
}

export interface Segment {
  readonly name: string;
  readonly key: readonly KeyPart[] | undefined;
}

const NAME = /[$@A-Za-z_0-9][\w.$-]*/y;

/** `CustomersV3(dataAreaId='usmf',CustomerAccount='a/b')/$count` in its segments; slashes inside quotes do not part. */
export function parsePath(encoded: string): Segment[] {
  const text = decode(encoded);
  const segments: Segment[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === '/') {
      at += 1;
      continue;
    }
    NAME.lastIndex = at;
    const name = NAME.exec(text)?.[0];
    if (name === undefined) throw new BadQuery(`Bad Request - Error in query syntax.`);
    at += name.length;
    let key: KeyPart[] | undefined;
    if (text[at] === '(') ({ key, end: at } = keyAt(text, at + 1));
    if (at < text.length && text[at] !== '/') throw new BadQuery('Bad Request - Error in query syntax.');
    segments.push({ name, key });
  }
  return segments;
}

function keyAt(text: string, start: number): { key: KeyPart[]; end: number } {
  const key: KeyPart[] = [];
  let at = blanks(text, start);
  while (text[at] !== ')') {
    const named = /^\s*([A-Za-z_]\w*)\s*=\s*/.exec(text.slice(at));
    if (named) at += named[0].length;
    const found = aliasAt(text, at) ?? literalAt(text, blanks(text, at));
    if (!found) throw new BadQuery('Bad Request - Error in query syntax.');
    key.push({ name: named?.[1], literal: found.literal });
    at = blanks(text, found.end);
    if (text[at] === ',') at = blanks(text, at + 1);
    else if (text[at] !== ')') throw new BadQuery('Bad Request - Error in query syntax.');
  }
  return { key, end: at + 1 };
}

/** `RetrieveX(P=@p)?@p=...`: the name of a parameter in place of its value. */
function aliasAt(text: string, at: number): { literal: Literal; end: number } | undefined {
  const alias = /^@\w+/.exec(text.slice(at))?.[0];
  return alias === undefined ? undefined : { literal: { kind: 'word', text: alias }, end: at + alias.length };
}

function blanks(text: string, at: number): number {
  while (text[at] === ' ') at += 1;
  return at;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new BadQuery(`The URL cannot be decoded: ${String(error)}`);
  }
}
