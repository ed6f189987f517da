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
  | { kind: 'call'; name: string; path: string; values: Literal[] };

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
const IN_CALL = 'Microsoft.Dynamics.CRM.In';
const PATH = /[A-Za-z_@][\w.]*(?:\/[A-Za-z_]\w*)*/y;

/** Recursive descent over `$filter`: or, and, not, brackets, comparisons, text functions. */
export function parseFilter(text: string): Expression {
  const parser = new FilterParser(text);
  const expression = parser.or();
  parser.end();
  return expression;
}

class FilterParser {
  private at = 0;
  constructor(private readonly text: string) {}

  or(): Expression {
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
    if (this.word('not')) return { kind: 'not', inner: this.not() };
    return this.group() ?? this.comparison();
  }

  /** A bracket holds a condition, or the first part of a calculation: only what follows tells. */
  private group(): Expression | undefined {
    const start = this.at;
    if (!this.character('(')) return undefined;
    try {
      const inner = this.or();
      this.expect(')');
      return inner;
    } catch (error) {
      if (!(error instanceof BadQuery)) throw error;
      if (!this.isCalculation(start)) throw error;
      return undefined;
    }
  }

  /** Whether the bracket at `start` can be read as an operand. */
  private isCalculation(start: number): boolean {
    this.at = start;
    try {
      this.operand();
      return true;
    } catch (error) {
      if (!(error instanceof BadQuery)) throw error;
      return false;
    } finally {
      this.at = start;
    }
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
      const inner = this.operand();
      this.expect(')');
      return inner;
    }
    return { kind: 'path', path: this.path() };
  }

  private call(name: string): Expression {
    if (name === IN_CALL) return this.inCall();
    if (!TEXT_CALLS.has(name)) throw new BadQuery(`An unknown function with name '${name}' was found.`);
    const path = this.path();
    this.expect(',');
    const literal = this.literal();
    if (!literal) return this.fail();
    this.expect(')');
    return { kind: 'call', name, path, values: [literal] };
  }

  private inCall(): Expression {
    this.parameter('PropertyName');
    const name = this.literal();
    this.expect(',');
    this.parameter('PropertyValues');
    this.expect('[');
    const values: Literal[] = [];
    while (!this.character(']')) {
      this.blanks();
      const quoted = /"((?:[^"\\]|\\.)*)"/y;
      quoted.lastIndex = this.at;
      const found = quoted.exec(this.text);
      if (found) {
        this.at = quoted.lastIndex;
        values.push({ kind: 'string', text: JSON.parse(found[0]) as string });
      } else values.push(this.literal() ?? this.fail());
      this.character(',');
    }
    this.expect(')');
    return { kind: 'call', name: IN_CALL, path: name?.text ?? this.fail(), values };
  }

  private parameter(name: string): void {
    if (this.path() !== name) this.fail();
    this.expect('=');
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
    return found;
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
