/** A constant in a URL. */
export type Literal =
  | { kind: 'string'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'guid'; text: string }
  | { kind: 'date'; text: string }
  | { kind: 'word'; text: string }
  | { kind: 'enum'; type: string; text: string };

const PATTERNS: [Literal['kind'], RegExp][] = [
  ['guid', /\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?/y],
  ['date', /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?/y],
  ['number', /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[MmLlDdFf]?/y],
  ['word', /(?:true|false|null)(?![\w.])/y],
];
const STRING = /'((?:[^']|'')*)'/y;
const ENUM = /([A-Za-z_][\w.]*)'([^']*)'/y;

/** Reads the literal at `at`; undefined when there is none. */
export function literalAt(source: string, at: number): { literal: Literal; end: number } | undefined {
  STRING.lastIndex = at;
  const text = STRING.exec(source);
  if (text)
    return {
      literal: { kind: 'string', text: (text[1] as string).replaceAll("''", "'") },
      end: STRING.lastIndex,
    };
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found === undefined) continue;
    const plain = kind === 'number' ? found.replace(/[MmLlDdFf]$/, '') : found;
    return { literal: { kind, text: plain } as Literal, end: at + found.length };
  }
  ENUM.lastIndex = at;
  const symbol = ENUM.exec(source);
  if (symbol)
    return {
      literal: { kind: 'enum', type: symbol[1] as string, text: symbol[2] as string },
      end: ENUM.lastIndex,
    };
  return undefined;
}
