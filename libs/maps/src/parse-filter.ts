import type { CompareOperator, Filter, FilterDialect, FilterLiteral, FilterProblem } from './filter';
import { filterTokens, type Token } from './filter-tokens';

const DEPTH_MAX = 50;
const FLIPPED: Readonly<Record<CompareOperator, CompareOperator>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};

class Misread extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/** Parses a row filter; null for an empty one, which every row passes. */
export function parseFilter(
  dialect: FilterDialect,
  text: string,
): { readonly filter: Filter | null } | { readonly problem: FilterProblem } {
  if (text.trim() === '') return { filter: null };
  const tokens = filterTokens(dialect, text);
  if (!Array.isArray(tokens)) return { problem: tokens };
  try {
    return { filter: new FilterParser(dialect, tokens).whole() };
  } catch (error) {
    if (error instanceof Misread) return { problem: { message: error.message, offset: error.offset } };
    throw error;
  }
}

class FilterParser {
  private position = 0;
  private depth = 0;

  constructor(
    private readonly dialect: FilterDialect,
    private readonly tokens: readonly Token[],
  ) {}

  whole(): Filter {
    const filter = this.either();
    if (this.peek().kind !== 'end') throw this.misread('the expression should end here');
    return filter;
  }

  private either(): Filter {
    return this.chain('or', () => this.chain('and', () => this.negation()));
  }

  private chain(kind: 'and' | 'or', next: () => Filter): Filter {
    const parts = [next()];
    while (this.peek().kind === kind) {
      this.take();
      parts.push(next());
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind, parts };
  }

  private negation(): Filter {
    if (this.peek().kind !== 'not') return this.primary();
    this.take();
    return this.nested(() => ({ kind: 'not', part: this.negation() }));
  }

  private primary(): Filter {
    if (this.peek().kind !== '(') return this.comparison();
    this.take();
    const filter = this.nested(() => this.either());
    if (this.peek().kind !== ')') throw this.misread('a closing parenthesis is missing');
    this.take();
    return filter;
  }

  private comparison(): Filter {
    const left = this.take();
    const operator = this.take();
    if (operator.kind !== 'operator') throw new Misread('a comparison is missing', operator.offset);
    const right = this.take();
    if (left.kind === 'name' && !this.isConstant(left.text)) {
      return {
        kind: 'compare',
        column: left.text,
        operator: operator.operator,
        literal: this.literal(right),
      };
    }
    if (right.kind !== 'name') throw new Misread('one side of a comparison has to be a column', left.offset);
    return {
      kind: 'compare',
      column: right.text,
      operator: FLIPPED[operator.operator],
      literal: this.literal(left),
    };
  }

  private literal(token: Token): FilterLiteral {
    if (token.kind === 'text' || token.kind === 'bare') return { kind: token.kind, text: token.text };
    if (token.kind !== 'name') throw new Misread('a value is missing', token.offset);
    if (token.text.toLowerCase() === 'null') return { kind: 'null', text: 'null' };
    // F&O writes enum symbols with and without quotes; in OData a bare word would be a second column.
    if (this.dialect === 'fo' || this.isConstant(token.text)) return { kind: 'bare', text: token.text };
    throw new Misread('two columns cannot be compared: text values need quotes', token.offset);
  }

  private isConstant(word: string): boolean {
    return this.dialect === 'odata' && /^(true|false|null)$/i.test(word);
  }

  private nested(read: () => Filter): Filter {
    this.depth += 1;
    if (this.depth > DEPTH_MAX) throw this.misread(`a filter may nest ${DEPTH_MAX} levels`);
    const filter = read();
    this.depth -= 1;
    return filter;
  }

  private misread(message: string): Misread {
    return new Misread(message, this.peek().offset);
  }

  private peek(): Token {
    return this.tokens[this.position] ?? { kind: 'end', offset: 0 };
  }

  private take(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }
}
