/** A JSON number as it was written: decimals and 64-bit integers must not pass through a JS number. */
export class ExactNumber {
  constructor(readonly text: string) {}

  /** For JSON.stringify, where exactness does not matter. */
  toJSON(): number {
    return Number(this.text);
  }
}

export type Json = null | boolean | number | string | ExactNumber | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

// When a text holds no fraction, exponent or long run of digits, the engine's own parser loses nothing.
const mayLose = /\d[.eE]|\d{16}/;

/** @throws {SyntaxError} as JSON.parse does */
export function parseExact(text: string): Json {
  if (!mayLose.test(text)) return JSON.parse(text) as Json;
  const parser = new Parser(text);
  return parser.document();
}

export function isObject(value: Json | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

const plainText = /^[^"\\\u0000-\u001f\u2028\u2029\ud800-\udfff]*$/;

/** A JSON string literal. Most texts need no escape, and a test is cheaper than JSON.stringify. */
export function quote(text: string): string {
  return text.length < 64 && plainText.test(text) ? `"${text}"` : JSON.stringify(text);
}

export function writeExact(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeExact).join(',')}]`;
  return `{${Object.entries(value)
    .map(([name, member]) => `${quote(name)}:${writeExact(member)}`)
    .join(',')}}`;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** As JSON.parse does it: a member of this name is one like the others, not the object's prototype. */
function setMember(object: JsonObject, name: string, value: Json): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Deeper nesting than any client sends would only exhaust the stack. */
const DEPTH_MAX = 1000;

class Parser {
  private at = 0;
  private depth = 0;
  constructor(private readonly text: string) {}

  document(): Json {
    const value = this.value();
    this.blanks();
    if (this.at < this.text.length) this.fail();
    return value;
  }

  private value(): Json {
    this.blanks();
    const code = this.text.charCodeAt(this.at);
    if (code === 0x22) return this.string();
    if (code === 0x7b) return this.nested(() => this.object());
    if (code === 0x5b) return this.nested(() => this.array());
    if (code === 0x74) return this.word('true', true);
    if (code === 0x66) return this.word('false', false);
    if (code === 0x6e) return this.word('null', null);
    return this.number();
  }

  private nested<T>(read: () => T): T {
    if (this.depth === DEPTH_MAX) throw new SyntaxError(`Nested deeper than ${DEPTH_MAX} levels`);
    this.depth += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  private object(): JsonObject {
    this.at += 1;
    const result: JsonObject = {};
    this.blanks();
    if (this.take('}')) return result;
    for (;;) {
      this.blanks();
      const name = this.string();
      this.blanks();
      if (!this.take(':')) this.fail();
      setMember(result, name, this.value());
      this.blanks();
      if (this.take('}')) return result;
      if (!this.take(',')) this.fail();
    }
  }

  private array(): Json[] {
    this.at += 1;
    const result: Json[] = [];
    this.blanks();
    if (this.take(']')) return result;
    for (;;) {
      result.push(this.value());
      this.blanks();
      if (this.take(']')) return result;
      if (!this.take(',')) this.fail();
    }
  }

  private string(): string {
    const literal = this.match(STRING);
    return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  }

  private number(): Json {
    const text = this.match(NUMBER);
    return text.length < 16 && !/[.eE]/.test(text) ? Number(text) : new ExactNumber(text);
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail();
    this.at += word.length;
    return value;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return this.fail();
    this.at += found.length;
    return found;
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private blanks(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at += 1;
    }
  }

  private fail(): never {
    throw new SyntaxError(`Unexpected token at position ${this.at}`);
  }
}
