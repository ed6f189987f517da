import type { StackFile } from './stack-file';

export interface MapStatus {
  readonly name: string;
  readonly state: string;
  readonly health: string;
  readonly reason?: string;
  readonly inStep: boolean;
  readonly lagMs: number;
  readonly lagCount: number;
  readonly examined: number;
  readonly written: { readonly fo: number; readonly dataverse: number };
  readonly unchanged: number;
  readonly filtered: number;
  readonly parked: number;
  readonly waiting: number;
  readonly held: number;
}

export interface RowEvent {
  readonly at: string;
  readonly service: string;
  readonly what: string;
  readonly map: string | null;
  readonly side: string | null;
  readonly traceId: string | null;
  readonly code: string | null;
  readonly text: string | null;
}

export type MapAct = 'start' | 'pause' | 'resume' | 'stop';

/** What an operator asks: the console's admin API, by the token of the sign-in link. */
export class Dw {
  constructor(private readonly stack: () => Promise<StackFile>) {}

  async status(): Promise<readonly MapStatus[]> {
    return (await this.ask<{ maps: readonly MapStatus[] }>('GET', 'status')).maps;
  }

  async act(act: MapAct, ...names: readonly string[]): Promise<void> {
    const { maps } = await this.ask<{ maps: readonly { name: string; confirmed: boolean }[] }>(
      'POST',
      `maps:${act}`,
      { names },
    );
    const open = maps.filter((map) => !map.confirmed).map((map) => map.name);
    if (open.length > 0) throw new Error(`${act} is not confirmed for ${open.join(', ')}`);
  }

  async apply(...files: readonly { readonly name: string; readonly text: string }[]): Promise<void> {
    await this.ask('POST', 'maps:apply', { files });
  }

  /** What happened to a row, oldest first. */
  async row(idOrKey: string): Promise<readonly RowEvent[]> {
    return (await this.ask<{ events: readonly RowEvent[] }>('GET', `rows/${encodeURIComponent(idOrKey)}`))
      .events;
  }

  /** The errors, newest first. */
  async errors(): Promise<readonly RowEvent[]> {
    return (await this.ask<{ errors: readonly RowEvent[] }>('GET', 'errors')).errors;
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { console } = await this.stack();
    const response = await fetch(`${console.url}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${new URL(console.signInLink).searchParams.get('token') ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the console answered ${response.status} to ${path}: ${text}`);
    return JSON.parse(text) as T;
  }
}
