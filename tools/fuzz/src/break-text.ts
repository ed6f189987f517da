import type { Chance } from './chance';

/** Inputs stay below what every reader must take in its stride; size limits have tests of their own. */
const CHARACTER_COUNT_MAX = 200_000;

/** Pieces that have hurt parsers before. */
const HOSTILE = [
  '\0',
  '\uFEFF',
  '\uD800',
  '\r\n\r\n',
  '\n',
  '"',
  "'",
  '\\',
  '\\u0000',
  '{',
  '}',
  '[',
  ']',
  '--',
  '<',
  '>',
  '&amp;',
  '&x;',
  '<![CDATA[',
  '<!DOCTYPE a [<!ENTITY x "&x;&x;">]>',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '-0',
  '1e999999',
  '0.000000000000000000001',
  '99999999999999999999999999',
  '/Date(99999999999999999)/',
  '%00%ff',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.9999999+14:00',
];

type Breakage = (text: string, chance: Chance) => string;

const BREAKAGES: readonly Breakage[] = [
  (text, chance) => text.slice(0, chance.below(text.length + 1)),
  (text, chance) => {
    const [from, to] = span(text, chance);
    return text.slice(0, from) + text.slice(to);
  },
  (text, chance) => {
    const [from, to] = span(text, chance);
    return text.slice(0, to) + text.slice(from, to).repeat(1 + chance.below(20)) + text.slice(to);
  },
  (text, chance) => insert(text, chance, chance.pick(HOSTILE)),
  (text, chance) => insert(text, chance, chance.pick(HOSTILE).repeat(1 + chance.below(3_000))),
  (text, chance) => insert(text, chance, String.fromCharCode(chance.below(65_536))),
  (text, chance) => {
    const [from, to] = span(text, chance);
    const [otherFrom, otherTo] = span(text, chance);
    return text.slice(0, from) + text.slice(otherFrom, otherTo) + text.slice(to);
  },
  (text, chance) => {
    // One member's or attribute's value in place of another's: types meet that were not meant for each other.
    const words = text.match(/"[^"]{0,200}"|[\d.]+/g) ?? [];
    return words.length < 2 ? text : text.replace(chance.pick(words), () => chance.pick(words));
  },
];

/** A true text with some things wrong with it; sometimes with none. */
export function breakText(text: string, chance: Chance): string {
  let broken = text;
  for (let count = chance.below(6); count > 0; count--)
    broken = chance.pick(BREAKAGES)(broken, chance).slice(0, CHARACTER_COUNT_MAX);
  return broken;
}

export function breakBytes(bytes: Buffer, chance: Chance): Buffer {
  const broken = Buffer.from(bytes);
  for (let count = chance.below(12); count > 0 && broken.length > 0; count--) {
    const at = chance.below(broken.length);
    // Counts and offsets of binary formats are small, or all ones.
    broken[at] = chance.pick([0, 1, 0x7f, 0x80, 0xff, chance.below(256)]);
  }
  return chance.isLucky(0.2) ? broken.subarray(0, chance.below(broken.length + 1)) : broken;
}

function insert(text: string, chance: Chance, piece: string): string {
  const at = chance.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

function span(text: string, chance: Chance): [from: number, to: number] {
  const from = chance.below(text.length + 1);
  return [from, Math.min(text.length, from + chance.below(chance.isLucky(0.3) ? 2_000 : 60))];
}
