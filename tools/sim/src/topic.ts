/** A compacted topic: at any time only the newest message of each key may be left. */
export class Topic<T extends { readonly key: string }> {
  readonly log: (T | null)[] = [];

  push(message: T): void {
    this.log.push(message);
  }

  compact(): void {
    const seen = new Set<string>();
    for (let offset = this.log.length - 1; offset >= 0; offset -= 1) {
      const message = this.log[offset];
      if (!message) continue;
      if (seen.has(message.key)) this.log[offset] = null;
      seen.add(message.key);
    }
  }
}
