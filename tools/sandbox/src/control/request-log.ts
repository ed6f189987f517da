export interface LoggedRequest {
  n: number;
  at: string;
  method: string;
  path: string;
  status: number;
  caller: string;
  /** The answer was cut off: the client does not know it. */
  lost: boolean;
}

const KEPT_COUNT_MAX = 50_000;

/** The requests answered, newest kept. Parts of a batch are entries of their own, before their batch. */
export class RequestLog {
  private entries: LoggedRequest[] = [];
  private n = 0;

  add(entry: Omit<LoggedRequest, 'n'>): void {
    this.n += 1;
    this.entries.push({ n: this.n, ...entry });
    if (this.entries.length > 2 * KEPT_COUNT_MAX) this.entries = this.entries.slice(-KEPT_COUNT_MAX);
  }

  since(n: number): readonly LoggedRequest[] {
    const first = this.entries[0]?.n ?? 0;
    return this.entries.slice(Math.max(0, n + 1 - first));
  }

  reset(): void {
    this.entries = [];
    this.n = 0;
  }
}
