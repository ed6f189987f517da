import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Is one of the values that a caller shows one of these keys? For senders that cannot be given our API token.
 *
 * @param shown as read from headers and query: what is repeated there is a list, and no key
 */
export function showsKey(keys: readonly string[], shown: readonly unknown[]): boolean {
  return shown.some(
    (value) => typeof value === 'string' && keys.some((key) => timingSafeEqual(digest(value), digest(key))),
  );
}

/** Digests have one length whatever was sent, so the comparison tells nothing by its time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
