import { SIDES, type Side } from '@dualwrite/events';
import type { InternalClient } from '@dualwrite/service';

/** What a first sync asks of a side. */
export interface SideWork {
  readonly table: string;
  readonly rows: number;
  readonly creates: number;
  readonly updates: number;
}

/** Seconds: with rows created many to a request, and row by row. */
export interface SecondsRange {
  readonly low: number;
  readonly high: number;
}

interface LoadTimes {
  readonly together: { readonly seconds: number };
  readonly oneByOne: { readonly seconds: number };
}

/** Rows of one page of a read. */
const ROWS_PER_REQUEST = 1_000;

/** How long both sides take for their part of a first sync, by what their connectors know of the sides' budgets. */
export class LoadTimer {
  constructor(private readonly connectors: Readonly<Record<Side, InternalClient>>) {}

  /** By the slower of the two: they work at the same time. */
  async secondsOf(work: Readonly<Record<Side, SideWork>>): Promise<SecondsRange> {
    const times = await Promise.all(SIDES.map((side) => this.ofSide(side, work[side])));
    return {
      low: Math.ceil(Math.max(...times.map(({ low }) => low))),
      high: Math.ceil(Math.max(...times.map(({ high }) => high))),
    };
  }

  private async ofSide(side: Side, { table, rows, creates, updates }: SideWork): Promise<SecondsRange> {
    const query = new URLSearchParams({
      table,
      creates: String(creates),
      updates: String(updates),
      reads: String(Math.ceil(rows / ROWS_PER_REQUEST)),
    });
    const told = await this.connectors[side].request<LoadTimes | null>(`/budgets/prediction?${query}`);
    // A side without budgets takes what it is sent.
    return { low: told?.together.seconds ?? 0, high: told?.oneByOne.seconds ?? 0 };
  }
}
