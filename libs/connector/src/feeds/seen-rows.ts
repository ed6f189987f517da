const SEED_RANGE = 2 ** 32;

/**
 * The rows that a full round has shown, in a few bytes each (a million in about 50 MB). It may take a row for seen that
 * was not, once in 2^53 per row; the salt is new in every round, so the next one finds it.
 */
export class SeenRows {
  private readonly hashes = new Set<number>();
  private readonly salt = Math.floor(Math.random() * SEED_RANGE);

  add(nativeId: string): void {
    this.hashes.add(this.hash(nativeId));
  }

  has(nativeId: string): boolean {
    return this.hashes.has(this.hash(nativeId));
  }

  get count(): number {
    return this.hashes.size;
  }

  /** cyrb53: 53 bits, public domain; no cryptography is needed here. */
  private hash(text: string): number {
    let high = 0xdeadbeef ^ this.salt;
    let low = 0x41c6ce57 ^ this.salt;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      high = Math.imul(high ^ unit, 2654435761);
      low = Math.imul(low ^ unit, 1597334677);
    }
    high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
    low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
    return 4294967296 * (2097151 & low) + (high >>> 0);
  }
}
