/** A string literal for a URL: quotes doubled, then all of it percent-encoded. */
export function stringLiteral(value: string): string {
  return `'${encodeURIComponent(value.replaceAll("'", "''")).replaceAll("'", '%27')}'`;
}

/** A filter expression for a URL. Blanks as `%20`: a `+` is not read as a blank everywhere. */
export function encodeFilter(expression: string): string {
  return encodeURIComponent(expression);
}

/** A string literal inside a filter that is encoded as a whole afterwards. */
export function rawStringLiteral(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
