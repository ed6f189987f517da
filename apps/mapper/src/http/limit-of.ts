const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000;

/** Count of lines that a caller asks for; anything that is no such count means the usual one. */
export function limitOf(text: string | undefined): number {
  const limit = Number(text ?? LIMIT_DEFAULT);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, LIMIT_MAX) : LIMIT_DEFAULT;
}
