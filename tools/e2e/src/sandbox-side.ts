import { parse } from 'lossless-json';
import type { SideAddress } from './stack-file';

export type Row = Readonly<Record<string, unknown>>;

/** Changes per entity set since the sandbox was made, as it counts them itself. */
export interface SetCounters {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly read: number;
  readonly refused: number;
}

/** One fault, in the form of the sandbox's control call. */
export interface Fault {
  readonly match: {
    readonly method?: string;
    readonly table?: string;
    readonly operation?: string;
    readonly caller?: string;
    readonly every?: number;
    readonly probability?: number;
  };
  readonly effect: Readonly<Record<string, unknown>>;
  readonly times?: number;
}

/** One committed write, as the sandbox logs it: per changed column the value before and after. */
export interface LoggedCommit {
  /** Counted over both sides together. */
  readonly n: number;
  readonly at: string;
  readonly table: string;
  readonly key: string;
  readonly id: string;
  readonly operation: 'create' | 'update' | 'delete';
  readonly caller: string;
  readonly changed: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

/** The control calls of one side's sandbox: what the side really holds, and what goes wrong with it. */
export class SandboxSide {
  constructor(private readonly address: SideAddress) {}

  /** Every row; a number that a double cannot hold exactly comes as its text. */
  async rows(set: string): Promise<readonly Row[]> {
    const text = await this.ask('GET', `tables/${encodeURIComponent(set)}/rows`);
    return parse(text, undefined, exactNumber) as readonly Row[];
  }

  /** Rows that are there from the start: no events, no plug-ins; `events` loads them as a person would. */
  async load(set: string, rows: readonly Row[], { events = false } = {}): Promise<void> {
    await this.ask(
      'PUT',
      `tables/${encodeURIComponent(set)}/rows${events ? '?events=true' : ''}`,
      JSON.stringify(rows),
    );
  }

  async empty(set: string): Promise<void> {
    await this.ask('DELETE', `tables/${encodeURIComponent(set)}/rows`);
  }

  async counters(): Promise<Readonly<Record<string, SetCounters>>> {
    const { callers: _callers, ...sets } = JSON.parse(await this.ask('GET', 'counters')) as Record<
      string,
      SetCounters
    >;
    return sets;
  }

  /** Every committed write since the sandbox started, in order. */
  async commits(since = 0): Promise<readonly LoggedCommit[]> {
    return JSON.parse(await this.ask('GET', `commits?since=${since}`)) as readonly LoggedCommit[];
  }

  /** Rows written in all sets together. */
  async writeCount(): Promise<number> {
    return Object.values(await this.counters()).reduce(
      (sum, counts) => sum + counts.create + counts.update + counts.delete,
      0,
    );
  }

  async faults(faults: readonly Fault[], { seed = 1 } = {}): Promise<void> {
    await this.ask('POST', `faults?seed=${seed}`, JSON.stringify(faults));
  }

  /** Faults that were given, with how often each has left to strike. */
  async armedFaults(): Promise<readonly Fault[]> {
    return (JSON.parse(await this.ask('GET', 'faults')) as { faults: readonly Fault[] }).faults;
  }

  async endFaults(): Promise<void> {
    await this.ask('DELETE', 'faults');
  }

  async options(values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.ask('PUT', 'options', JSON.stringify(values));
  }

  async limits(values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.ask('PUT', 'limits', JSON.stringify(values));
  }

  /** Time goes by for both sides: tokens and change feeds grow old. */
  async advanceClock(seconds: number): Promise<void> {
    await this.ask('POST', 'clock', JSON.stringify({ advanceSeconds: seconds }));
  }

  private async ask(method: string, path: string, body?: string): Promise<string> {
    const response = await fetch(`${this.address.admin}/${path}`, {
      method,
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`the sandbox answered ${response.status} to ${method} ${path}: ${text}`);
    return text;
  }
}

function exactNumber(text: string): number | string {
  const number = Number(text);
  return String(number) === text ? number : text;
}
