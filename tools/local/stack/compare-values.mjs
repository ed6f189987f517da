/** What both sides mean by "nothing": F&O has no null, it has an empty text and the first day of 1900. */
export function isEmpty(text) {
  return text === null || text === '' || text.startsWith('1900-01-01');
}

/** A value of a row as text; numbers in plain digits. */
export function textOf(value) {
  if (value === null || value === undefined) return null;
  // LosslessNumber: its digits as they came.
  if (typeof value === 'object' && value.isLosslessNumber) return plainNumber(value.value);
  return String(value);
}

/**
 * Do two values of the two sides mean the same? Written from the sides' documents alone, without the product's
 * conversions: it is there to find their mistakes.
 *
 * @param {string | null} fo
 * @param {string | null} dataverse
 * @param {{type: string, scale?: number}} column Dataverse's column; `scale`: digits that it keeps behind the point
 */
export function sameValue(fo, dataverse, column) {
  if (isEmpty(fo) && isEmpty(dataverse)) return true;
  switch (column.type) {
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'double':
    case 'money':
    case 'picklist':
      // F&O shows an empty number as 0.
      return sameNumber(fo ?? '0', dataverse ?? '0', column.scale);
    case 'boolean':
      return (fo ?? 'false').toLowerCase() === (dataverse ?? 'false').toLowerCase();
    case 'dateonly':
      return (fo ?? '').slice(0, 10) === (dataverse ?? '').slice(0, 10);
    case 'datetime':
      return Date.parse(fo ?? '') === Date.parse(dataverse ?? '') || (fo ?? '').slice(0, 10) === dataverse;
    default:
      return (fo ?? '').trimEnd() === (dataverse ?? '').trimEnd();
  }
}

/** Equal as far as the coarser side can tell: it rounds at its last digit. */
function sameNumber(left, right, scale = 10) {
  if (!/^-?\d+(\.\d+)?$/.test(left) || !/^-?\d+(\.\d+)?$/.test(right)) return left === right;
  const digits = Math.max(scale, ...[left, right].map((text) => text.split('.')[1]?.length ?? 0));
  const apart = scaled(left, digits) - scaled(right, digits);
  const size = apart < 0n ? -apart : apart;
  return size * 2n <= 10n ** BigInt(digits - scale) && (size === 0n || digits > scale);
}

function scaled(text, digits) {
  const [whole, fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(digits, '0')}`);
}

function plainNumber(text) {
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, whole, fraction = '', exponent] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}${point < digits.length ? `.${digits.slice(point)}` : ''}`;
}
