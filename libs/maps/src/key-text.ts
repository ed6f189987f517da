import type { Cell } from '@dualwrite/events';

const ASCII = /^[\x20-\x7e]*$/;

/**
 * A value as part of a business key, in the one form that both sides agree on: their databases compare texts without
 * case and trailing blanks. Null: empty, no key. Anything that is looked up by value has to be indexed by this too.
 */
export function keyText(cell: Cell): string | null {
  if (cell === null) return null;
  const written = String(cell);
  // Nearly all keys are plain ASCII, which has but one form.
  const composed = ASCII.test(written) ? written : written.normalize('NFC');
  const text = composed.trimEnd().toUpperCase();
  return text === '' ? null : text;
}

/** `usmf/US-001`; `/` and `\` in a value are escaped by `\`. */
export function businessKey(company: string | null, parts: readonly string[]): string {
  const all = company === null ? parts : [company.trimEnd().toLowerCase(), ...parts];
  return all.map((part) => part.replace(/[\\/]/g, String.raw`\$&`)).join('/');
}

/** Where one part of a key ends: at a `/` that no `\` escapes. */
const PART_END = /(?<=(?<!\\)(?:\\{2})*)\//;

/**
 * The forms in which a key that a person has written may be kept, of a map with companies and of one without: people
 * write `USMF/us-001`, too, and mean the same row.
 */
export function askedKeys(asked: string): readonly string[] {
  const [first = '', ...others] = asked.split(PART_END);
  const rest = others.map((part) => keyText(part) ?? '');
  return [[keyText(first) ?? '', ...rest].join('/'), [first.trimEnd().toLowerCase(), ...rest].join('/')];
}
