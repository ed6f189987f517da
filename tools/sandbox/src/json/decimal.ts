const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** A plain decimal without exponent, blanks or needless zeros ("1250", "-3.25"); undefined if it is none. */
export function plainDecimal(text: string): string | undefined {
  const parts = FORM.exec(text.trim());
  if (!parts || !(parts[2] || parts[3])) return undefined;
  const exponent = Number(parts[4] ?? '0');
  if (Math.abs(exponent) > 400) return undefined;
  let whole = parts[2] ?? '';
  let fraction = parts[3] ?? '';
  if (exponent > 0) {
    fraction = fraction.padEnd(exponent, '0');
    whole += fraction.slice(0, exponent);
    fraction = fraction.slice(exponent);
  } else if (exponent < 0) {
    whole = whole.padStart(-exponent, '0');
    fraction = whole.slice(whole.length + exponent) + fraction;
    whole = whole.slice(0, whole.length + exponent);
  }
  whole = whole.replace(/^0+(?=\d)/, '') || '0';
  fraction = fraction.replace(/0+$/, '');
  const magnitude = fraction ? `${whole}.${fraction}` : whole;
  return parts[1] === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

/** Rounds half away from zero to `digits` after the point; the argument is a plain decimal. */
export function roundDecimal(plain: string, digits: number): string {
  const point = plain.indexOf('.');
  if (point < 0 || plain.length - point - 1 <= digits) return plain;
  const sign = plain.startsWith('-') ? '-' : '';
  const kept = plain.slice(sign.length, point) + plain.slice(point + 1, point + 1 + digits);
  const up = plain.charCodeAt(point + 1 + digits) >= 0x35;
  const scaled = (BigInt(kept) + (up ? 1n : 0n)).toString().padStart(digits + 1, '0');
  const whole = scaled.slice(0, scaled.length - digits);
  return plainDecimal(`${sign}${whole}.${digits === 0 ? '' : scaled.slice(-digits)}`) ?? plain;
}

/** With exactly `digits` after the point, zeros included ("1250.0000"). */
export function padDecimal(plain: string, digits: number): string {
  const point = plain.indexOf('.');
  if (digits === 0) return plain;
  if (point < 0) return `${plain}.${'0'.repeat(digits)}`;
  return plain + '0'.repeat(Math.max(0, digits - (plain.length - point - 1)));
}

export function compareDecimal(left: string, right: string): number {
  if (left === right) return 0;
  // Up to 15 digits a JS number is exact enough to order by.
  if (left.length < 16 && right.length < 16) return Number(left) - Number(right);
  const scale = Math.max(fractionLength(left), fractionLength(right));
  const difference = scaled(left, scale) - scaled(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** left / right to `digits` places; used for base-currency amounts. */
export function divideDecimal(left: string, right: string, digits: number): string {
  const scale = Math.max(fractionLength(left), fractionLength(right));
  const divisor = scaled(right, scale);
  if (divisor === 0n) return left;
  const guard = digits + 2;
  const quotient = (scaled(left, scale) * 10n ** BigInt(guard)) / divisor;
  return roundDecimal(plainDecimal(`${quotient}e-${guard}`) ?? left, digits);
}

/** left * 10^scale and right * 10^scale as whole numbers, for exact sums and remainders. */
export function sameScale(left: string, right: string): { left: bigint; right: bigint; scale: number } {
  const scale = Math.max(fractionLength(left), fractionLength(right));
  return { left: scaled(left, scale), right: scaled(right, scale), scale };
}

/** digits / 10^scale as a plain decimal. */
export function decimalOf(digits: bigint, scale: number): string {
  return plainDecimal(`${digits}e-${scale}`) ?? '0';
}

function fractionLength(plain: string): number {
  const point = plain.indexOf('.');
  return point < 0 ? 0 : plain.length - point - 1;
}

function scaled(plain: string, scale: number): bigint {
  const point = plain.indexOf('.');
  const digits = point < 0 ? plain : plain.slice(0, point) + plain.slice(point + 1);
  return BigInt(digits) * 10n ** BigInt(scale - fractionLength(plain));
}
