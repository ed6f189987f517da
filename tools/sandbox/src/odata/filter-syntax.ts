import { BadQuery } from './exchange';
import { literalAt, type Literal } from './literal';
import { PRODUCTS, SUMS, type Arithmetic, type Operand } from './operand';

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

export type Expression =
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'not'; inner: Expression }
  | { kind: 'compare'; operator: Comparison; path: string; literal: Literal }
  /** A comparison of properties with each other, or with arithmetic. */
  | { kind: 'calculated'; operator: Comparison; left: Operand; right: Operand }
  | { kind: 'call'; name: string; path: string; values: Literal[] }
  /** `collection/any(x:...)`; without a condition it asks whether there is a row at all. */
  | { kind: 'lambda'; quantifier: 'any' | 'all'; path: string; inner: Expression | undefined };

const COMPARISONS = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const FLIPPED: Record<Comparison, Comparison> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};
const TEXT_CALLS = new Set(['contains', 'startswith', 'endswith']);
const QUERY_FUNCTION = /^Microsoft\.Dynamics\.CRM\.\w+$/;
const PATH = /[A-Za-z_@][\w.]*(?:\/[A-Za-z_]\w*)*/y;
/** Deeper nesting than any client sends would only exhaust the stack. */
const DEPTH_MAX = 100;

/** Recursive descent over `$filter`: or, and, not, brackets, comparisons, functions, any and all. */
export function parseFilter(text: string): Expression {
  const parser = new FilterParser(text);
  const expression = parser.or();
  parser.end();
  return expression;
}

class FilterParser {
  private at = 0;
  private depth = 0;
  /** The variable of the innermost `any` or `all`. */
  private variable: string | undefined;

  constructor(private readonly text: string) {}

  or(): Expression {
    this.deeper();
    const expression = this.alternatives();
    this.depth -= 1;
    return expression;
  }

  private deeper(): void {
    if (this.depth > DEPTH_MAX) throw new BadQuery(`The filter nests deeper than ${DEPTH_MAX} levels.`);
    this.depth += 1;
  }

  private alternatives(): Expression {
    let left = this.and();
    while (this.word('or')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  end(): void {
    this.blanks();
    if (this.at < this.text.length) this.fail();
  }

  private and(): Expression {
    let left = this.not();
    while (this.word('and')) left = { kind: 'and', left, right: this.not() };
    return left;
  }

  private not(): Expression {
    let isNegated = false;
    while (this.word('not')) isNegated = !isNegated;
    const inner = this.group() ?? this.comparison();
    return isNegated ? { kind: 'not', inner } : inner;
  }

  /** A bracket holds a condition, or the first part of a calculation: only what follows tells. */
  private group(): Expression | undefined {
    const start = this.at;
    const { depth } = this;
    if (!this.character('(')) return undefined;
    try {
      return this.inBrackets();
    } catch (error) {
      this.depth = depth;
      if (!(error instanceof BadQuery)) throw error;
      if (!this.isCalculation(start)) throw error;
      return undefined;
    }
  }

  /** Whether the bracket at `start` can be read as an operand. */
  private isCalculation(start: number): boolean {
    const { depth } = this;
    this.at = start;
    try {
      this.operand();
      return true;
    } catch (error) {
      if (!(error instanceof BadQuery)) throw error;
      return false;
    } finally {
      this.at = start;
      this.depth = depth;
    }
  }

  private inBrackets(): Expression {
    const inner = this.or();
    this.expect(')');
    return inner;
  }

  private comparison(): Expression {
    const left = this.operand();
    if (left.kind === 'path' && this.character('(')) return this.call(left.path);
    const operator = this.operator();
    const right = this.operand();
    if (left.kind === 'path' && right.kind === 'literal')
      return { kind: 'compare', operator, path: left.path, literal: right.literal };
    if (left.kind === 'literal' && right.kind === 'path')
      return { kind: 'compare', operator: FLIPPED[operator], path: right.path, literal: left.literal };
    return { kind: 'calculated', operator, left, right };
  }

  private operand(): Operand {
    return this.chain(SUMS, () => this.chain(PRODUCTS, () => this.atom()));
  }

  private chain(words: readonly Arithmetic[], next: () => Operand): Operand {
    let left = next();
    for (let word = this.oneOf(words); word; word = this.oneOf(words))
      left = { kind: 'arithmetic', operator: word, left, right: next() };
    return left;
  }

  private oneOf(words: readonly Arithmetic[]): Arithmetic | undefined {
    return words.find((word) => this.word(word));
  }

  private atom(): Operand {
    const literal = this.literal();
    if (literal) return { kind: 'literal', literal };
    if (this.character('(')) {
      this.deeper();
      const inner = this.operand();
      this.expect(')');
      this.depth -= 1;
      return inner;
    }
    return { kind: 'path', path: this.path() };
  }

  private call(name: string): Expression {
    const lambda = /^(.+)\/(any|all)$/.exec(name);
    if (lambda) return this.lambda(lambda[1] as string, lambda[2] as 'any' | 'all');
    const call = QUERY_FUNCTION.test(name) ? this.queryFunction(name) : this.textFunction(name);
    // Some clients compare the answer of a function, which is a condition already.
    if (!this.word('eq')) return call;
    const wanted = this.literal()?.text;
    if (wanted !== 'true' && wanted !== 'false') return this.fail();
    return wanted === 'true' ? call : { kind: 'not', inner: call };
  }

  private textFunction(name: string): Expression {
    if (!TEXT_CALLS.has(name)) throw new BadQuery(`An unknown function with name '${name}' was found.`);
    const path = this.path();
    this.expect(',');
    const literal = this.literal();
    if (!literal) return this.fail();
    this.expect(')');
    return { kind: 'call', name, path, values: [literal] };
  }

  /** `PropertyName='x'`, then `PropertyValue=`, `PropertyValue1=` or `PropertyValues=[...]`. */
  private queryFunction(name: string): Expression {
    let path: string | undefined;
    const values: Literal[] = [];
    while (!this.character(')')) {
      const parameter = this.path();
      this.expect('=');
      if (this.character('[')) values.push(...this.list());
      else {
        const literal = this.literal() ?? this.fail();
        if (parameter === 'PropertyName') path = literal.text;
        else values.push(literal);
      }
      this.character(',');
    }
    return { kind: 'call', name, path: path ?? this.fail(), values };
  }

  private list(): Literal[] {
    const values: Literal[] = [];
    while (!this.character(']')) {
      this.blanks();
      const quoted = /"((?:[^"\\]|\\.)*)"/y;
      quoted.lastIndex = this.at;
      const found = quoted.exec(this.text);
      if (found) {
        this.at = quoted.lastIndex;
        values.push({ kind: 'string', text: this.unquoted(found[0]) });
      } else values.push(this.literal() ?? this.fail());
      this.character(',');
    }
    return values;
  }

  private unquoted(json: string): string {
    try {
      return JSON.parse(json) as string;
    } catch {
      // The error that the client gets names the place; the parser's own words add nothing.
      return this.fail();
    }
  }

  private lambda(path: string, quantifier: 'any' | 'all'): Expression {
    if (this.character(')')) return { kind: 'lambda', quantifier, path, inner: undefined };
    const outer = this.variable;
    this.variable = this.path();
    this.expect(':');
    const inner = this.inBrackets();
    this.variable = outer;
    return { kind: 'lambda', quantifier, path, inner };
  }

  private operator(): Comparison {
    const word = this.path();
    if (!COMPARISONS.has(word)) this.fail();
    return word as Comparison;
  }

  private path(): string {
    this.blanks();
    PATH.lastIndex = this.at;
    const found = PATH.exec(this.text)?.[0];
    if (found === undefined) return this.fail();
    this.at += found.length;
    const prefix = this.variable === undefined ? undefined : `${this.variable}/`;
    return prefix !== undefined && found.startsWith(prefix) ? found.slice(prefix.length) : found;
  }

  private literal(): Literal | undefined {
    this.blanks();
    const found = literalAt(this.text, this.at);
    if (found) this.at = found.end;
    return found?.literal;
  }

  private word(word: string): boolean {
    this.blanks();
    const after = this.text[this.at + word.length];
    if (!this.text.startsWith(word, this.at) || (after !== undefined && !/[\s(]/.test(after))) return false;
    this.at += word.length;
    return true;
  }

  private character(character: string): boolean {
    this.blanks();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private expect(character: string): void {
    if (!this.character(character)) this.fail();
  }

  private blanks(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  private fail(): never {
    throw new BadQuery(`Syntax error at position ${this.at} in '${this.text}'.`);
  }
}
