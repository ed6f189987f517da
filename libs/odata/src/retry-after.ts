/** Wait when a side names none: the lower end of what the vendor's own clients use (10 to 30 s). */
export const RETRY_AFTER_DEFAULT_MS = 10_000;
const RETRY_AFTER_MAX_MS = 600_000;

/** `Retry-After` in milliseconds: seconds or an HTTP date; the default where it is absent or unreadable. */
export function retryAfterMs(
  header: string | undefined,
  nowMs: number,
  defaultMs = RETRY_AFTER_DEFAULT_MS,
): number {
  if (header === undefined || header.trim() === '') return defaultMs;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - nowMs;
  if (!Number.isFinite(waitMs)) return defaultMs;
  return Math.min(Math.max(waitMs, 0), RETRY_AFTER_MAX_MS);
}
