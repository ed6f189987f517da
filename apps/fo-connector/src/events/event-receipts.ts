/** Tables of which a data event has arrived: the only sign from outside that the events are switched on. */
export class EventReceipts {
  private readonly lastAtMs = new Map<string, number>();

  note(table: string): void {
    this.lastAtMs.set(table, Date.now());
  }

  has(table: string): boolean {
    return this.lastAtMs.has(table);
  }

  /** null: none since this process started. */
  lastAt(table: string): Date | null {
    const atMs = this.lastAtMs.get(table);
    return atMs === undefined ? null : new Date(atMs);
  }
}
