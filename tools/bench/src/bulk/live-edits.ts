import { otherSide, SIDES, type Side } from '@dualwrite/events';
import type { RunningStack } from '@dualwrite/e2e';
import { EDITED, pathOf, TABLES } from './bulk-customers';

/** One edit of a person; nobody else ever writes this value. */
export interface LiveEdit {
  readonly side: Side;
  readonly number: number;
  readonly value: string;
}

/** People who edit customers of both sides at a steady rate until they are told to stop. */
export class LiveEdits {
  readonly made: LiveEdit[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private failure: unknown;

  constructor(
    private readonly stack: RunningStack,
    /** The edit by its count: whose row, and on which side. */
    private readonly next: (count: number) => Pick<LiveEdit, 'side' | 'number'>,
    private readonly label: string,
  ) {}

  start(perSecond: number): void {
    const startedAtMs = performance.now();
    this.timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAtMs) * perSecond) / 1_000);
      while (this.made.length < due) this.edit();
    }, 5);
  }

  /** Resolves once all that were begun have been answered. @throws an edit was refused */
  async stop(): Promise<readonly LiveEdit[]> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
    if (this.failure !== undefined) throw this.failure;
    return this.made;
  }

  private edit(): void {
    const { side, number } = this.next(this.made.length);
    const edit: LiveEdit = { side, number, value: `${this.label} ${this.made.length}` };
    this.made.push(edit);
    const sent = this.stack.person
      .patch(side, pathOf(side, number), { [EDITED[side]]: edit.value })
      .catch((error: unknown) => {
        this.failure ??= error;
      })
      .finally(() => this.underWay.delete(sent));
    this.underWay.add(sent);
  }
}

const LOOK_EVERY_MS = 1_000;

/** Remembers when each edited value was first there on each side, by the sandboxes' own logs, which grow too long to keep. */
export class EditedValues {
  private readonly moments: Readonly<Record<Side, Map<string, number>>> = {
    fo: new Map(),
    dataverse: new Map(),
  };
  private readonly since: Record<Side, number> = { fo: 0, dataverse: 0 };
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private made = 0;

  constructor(private readonly stack: RunningStack) {}

  follow(): void {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look());
    }, LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    await this.look();
  }

  /** Rows made in Dataverse so far. The sandbox's counters are no help: they take a request for many rows for one. */
  async madeCount(): Promise<number> {
    this.looking = this.looking.then(() => this.look());
    await this.looking;
    return this.made;
  }

  /**
   * From the commit of each edit to the commit of its value on the other side; an edit that was replaced before it
   * travelled has none.
   */
  latenciesMs(edits: readonly LiveEdit[]): readonly number[] {
    return edits.flatMap(({ side, value }) => {
      const made = this.moments[side].get(value);
      const arrived = this.moments[otherSide(side)].get(value);
      return made === undefined || arrived === undefined ? [] : [arrived - made];
    });
  }

  private async look(): Promise<void> {
    for (const side of SIDES) {
      const sandbox = await this.stack.sandbox(side);
      for (const { n, table, operation, at, changed } of await sandbox.commits(this.since[side])) {
        this.since[side] = Math.max(this.since[side], n);
        if (table === TABLES.dataverse && operation === 'create') this.made++;
        const value = changed[EDITED[side]]?.[1];
        if (table !== TABLES[side] || typeof value !== 'string' || this.moments[side].has(value)) continue;
        this.moments[side].set(value, Date.parse(at));
      }
    }
  }
}
