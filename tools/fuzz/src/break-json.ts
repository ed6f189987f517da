import { breakText } from './break-text';
import type { Chance } from './chance';

const SHARE_BROKEN_AS_TEXT = 0.5;
const NESTED_DEEP = 20_000;

/** Values where others were expected. Numbers stand as text, for JavaScript could not hold them all. */
const STRANGE_VALUES = [
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '-1',
  '1e400',
  '0.1234567890123456789012345678901234567890',
  '9007199254740993',
  '"\\ud800"',
  '"__proto__"',
  '[[[[[]]]]]',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{}}}',
  '{"toString":1,"length":4294967295}',
  '{"Value":{"Value":{"Value":null}}}',
  '"0000-00-00T99:99:99Z"',
  '"/Date(1e309)/"',
];

/** A JSON text from a true one: a value replaced by a strange one, nested too deep, or broken as text. */
export function breakJson(json: unknown, chance: Chance): string {
  const text = JSON.stringify(json);
  if (chance.isLucky(0.02)) return deep(chance);
  if (chance.isLucky(SHARE_BROKEN_AS_TEXT)) return breakText(text, chance);
  let broken = text;
  for (let count = chance.below(5); count > 0; count--) broken = withStrangeValue(broken, chance);
  return broken;
}

function withStrangeValue(text: string, chance: Chance): string {
  const values = [...text.matchAll(/(?<=[:[,])(?:"(?:[^"\\]|\\.)*"(?!:)|-?\d[\d.eE+-]*|null|true|false)/g)];
  if (values.length === 0) return chance.pick(STRANGE_VALUES);
  const { index, 0: old } = chance.pick(values);
  return text.slice(0, index) + chance.pick(STRANGE_VALUES) + text.slice(index + old.length);
}

function deep(chance: Chance): string {
  const [open, close] = chance.pick([
    ['[', ']'],
    ['{"a":', '}'],
    ['{"value":[', ']}'],
  ] as const);
  const depth = chance.below(NESTED_DEEP);
  return `${open.repeat(depth)}1${chance.isLucky(0.5) ? close.repeat(depth) : ''}`;
}
