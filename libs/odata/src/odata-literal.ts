/** A filter or order expression for a URL. Blanks as `%20`: a `+` is not read as a blank everywhere. */
export function encodeExpression(expression: string): string {
  return encodeURIComponent(expression);
}
