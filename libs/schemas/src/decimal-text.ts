/** Digits that a number may have, and the size of its exponent: more is an attack or a fault, not money. */
const DIGIT_COUNT_MAX = 400;

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/**
 * The one text of a decimal number: no exponent, no leading or trailing zeros, no negative zero. Never goes through
 * a JavaScript number, so no digit is lost.
 *
 * @returns undefined where the text is no number, or has more than 400 digits written out
 */
export function canonicalDecimal(text: string): string | undefined {
  const match = NUMBER.exec(text.trim());
  if (match === null || text.length > 2 * DIGIT_COUNT_MAX) return undefined;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > DIGIT_COUNT_MAX) return undefined;
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const left = point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0');
  const right = point >= digits.length ? '' : point < 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const plainWhole = left.replace(/^0+/, '');
  const plainFraction = right.replace(/0+$/, '');
  if (plainWhole.length + plainFraction.length > DIGIT_COUNT_MAX) return undefined;
  if (plainWhole === '' && plainFraction === '') return '0';
  return `${sign === '-' ? '-' : ''}${plainWhole || '0'}${plainFraction && `.${plainFraction}`}`;
}

/** Negative, zero or positive, for two canonical decimals; exact. */
export function compareDecimals(left: string, right: string): number {
  const isNegative = left.startsWith('-');
  if (isNegative !== right.startsWith('-')) return isNegative ? -1 : 1;
  // Of two below zero the larger one is the one nearer to it.
  const [lower, upper] = isNegative ? [right, left] : [left, right];
  return compareMagnitudes(lower.replace('-', ''), upper.replace('-', ''));
}

function compareMagnitudes(left: string, right: string): number {
  const [leftWhole = '', leftFraction = ''] = left.split('.');
  const [rightWhole = '', rightFraction = ''] = right.split('.');
  if (leftWhole.length !== rightWhole.length) return leftWhole.length - rightWhole.length;
  if (leftWhole !== rightWhole) return leftWhole < rightWhole ? -1 : 1;
  if (leftFraction === rightFraction) return 0;
  return leftFraction < rightFraction ? -1 : 1; // without trailing zeros, digit by digit is the order of fractions
}

/** Rounds a canonical decimal to so many digits after the point, halves away from zero, as both sides do. */
export function roundDecimal(value: string, scale: number): string {
  const [whole = '0', fraction = ''] = value.replace('-', '').split('.');
  if (fraction.length <= scale) return value;
  const kept = BigInt(whole + fraction.slice(0, scale));
  const rounded = (fraction.charCodeAt(scale) >= '5'.charCodeAt(0) ? kept + 1n : kept)
    .toString()
    .padStart(scale + 1, '0');
  const text = scale === 0 ? rounded : `${rounded.slice(0, -scale)}.${rounded.slice(-scale)}`;
  return canonicalDecimal(`${value.startsWith('-') ? '-' : ''}${text}`) ?? value;
}
