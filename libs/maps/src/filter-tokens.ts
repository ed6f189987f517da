import type { CompareOperator, FilterDialect, FilterProblem } from './filter';

export type Token =
  | { readonly kind: '(' | ')' | 'and' | 'or' | 'not' | 'end'; readonly offset: number }
  | { readonly kind: 'operator'; readonly operator: CompareOperator; readonly offset: number }
  | { readonly kind: 'name' | 'bare' | 'text'; readonly text: string; readonly offset: number };

export const FILTER_LENGTH_MAX = 4000;
const TOKEN_COUNT_MAX = 1000;

const FO_SIGNS: Readonly<Record<string, Token['kind'] | CompareOperator>> = {
  '&&': 'and',
  '||': 'or',
  '!': 'not',
  '==': 'eq',
  '=': 'eq', // the vendor's own standard maps write `AssociatedContactType = 1`
  '!=': 'ne',
  '>': 'gt',
  '>=': 'ge',
  '<': 'lt',
  '<=': 'le',
};
const ODATA_WORDS = new Set(['and', 'or', 'not', 'eq', 'ne', 'gt', 'ge', 'lt', 'le']);

const SPACE = /\s+/y;
const FO_SIGN = /&&|\|\||==|!=|>=|<=|[!<>=]/y;
const FO_TEXT = /"((?:[^"\\]|\\.)*)"/y;
const ODATA_TEXT = /'((?:[^']|'')*)'/y;
// Numbers, dates and GUIDs begin with a digit, a sign or, for a GUID, with any hexadecimal digit.
const GUID = /[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/y;
const BARE = /[+-]?\d[\w.:+-]*/y;
const NAME = /[A-Za-z_]\w*/y;

/** Cuts a filter into tokens that are the same for both dialects. */
export function filterTokens(dialect: FilterDialect, text: string): Token[] | FilterProblem {
  if (text.length > FILTER_LENGTH_MAX)
    return { message: `a filter may have ${FILTER_LENGTH_MAX} characters`, offset: 0 };
  const tokens: Token[] = [];
  let offset = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = offset;
    const match = pattern.exec(text);
    if (match !== null) offset += match[0].length;
    return match;
  };
  for (take(SPACE); offset < text.length; take(SPACE)) {
    if (tokens.length >= TOKEN_COUNT_MAX)
      return { message: `a filter may have ${TOKEN_COUNT_MAX} parts`, offset };
    const start = offset;
    const token = nextToken(dialect, text.charAt(offset), take, start);
    if (token === undefined)
      return { message: `${JSON.stringify(text.charAt(start))} does not belong here`, offset: start };
    if (offset === start) offset += 1; // a parenthesis
    tokens.push(token);
  }
  return [...tokens, { kind: 'end', offset }];
}

function nextToken(
  dialect: FilterDialect,
  char: string,
  take: (pattern: RegExp) => RegExpExecArray | null,
  offset: number,
): Token | undefined {
  if (char === '(' || char === ')') return { kind: char, offset };
  const text = take(dialect === 'fo' ? FO_TEXT : ODATA_TEXT);
  if (text !== null) return { kind: 'text', text: unquoted(dialect, text[1] ?? ''), offset };
  const bare = take(GUID) ?? take(BARE);
  if (bare !== null) return { kind: 'bare', text: bare[0], offset };
  const sign = dialect === 'fo' ? take(FO_SIGN) : null;
  if (sign !== null) return keyword(FO_SIGNS[sign[0]], offset);
  const name = take(NAME);
  if (name === null) return undefined;
  const word = name[0].toLowerCase();
  return dialect === 'odata' && ODATA_WORDS.has(word)
    ? keyword(word, offset)
    : { kind: 'name', text: name[0], offset };
}

function keyword(word: string | undefined, offset: number): Token | undefined {
  switch (word) {
    case 'and':
    case 'or':
    case 'not':
      return { kind: word, offset };
    case 'eq':
    case 'ne':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return { kind: 'operator', operator: word, offset };
    default:
      return undefined;
  }
}

function unquoted(dialect: FilterDialect, text: string): string {
  return dialect === 'fo' ? text.replace(/\\(.)/g, '$1') : text.replace(/''/g, "'");
}
