import { setTimeout as delay } from 'node:timers/promises';
import type { RunningStack } from '@dualwrite/e2e';

type Sandbox = Awaited<ReturnType<RunningStack['sandbox']>>;

const CUSTOMERS = 'CustomersV3';
const TICK_MS = 250;

/** People who edit customers in F&O, each one in turn, at a steady rate, until told to end. */
export class Editors {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  count = 0;

  private constructor(
    private readonly fo: Sandbox,
    private readonly keys: readonly Readonly<Record<string, unknown>>[],
    private readonly editsPerSecond: number,
  ) {}

  static async begin(stack: RunningStack, editsPerSecond: number): Promise<Editors> {
    const fo = await stack.sandbox('fo');
    const rows = await fo.rows(CUSTOMERS);
    const keys = rows
      // Persons are another map's.
      .filter((row) => row['PartyType'] === 'Organization')
      .map((row) => ({ dataAreaId: row['dataAreaId'], CustomerAccount: row['CustomerAccount'] }));
    if (keys.length === 0) throw new Error('there are no customers to edit');
    const editors = new Editors(fo, keys, editsPerSecond);
    editors.running = editors.work();
    return editors;
  }

  async end(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    const startedAt = Date.now();
    while (!signal.aborted) {
      const due = Math.floor(((Date.now() - startedAt) * this.editsPerSecond) / 1_000) - this.count;
      const rows = Array.from({ length: due }, (_, index) => ({
        ...this.keys[(this.count + index) % this.keys.length],
        SalesMemo: `soak ${this.count + index}`,
      }));
      if (rows.length > 0) await this.fo.load(CUSTOMERS, rows, { events: true });
      this.count += rows.length;
      await delay(TICK_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
