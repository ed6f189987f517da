import type { StackFile } from './demo-stack';

export interface RowEvent {
  readonly what: string;
  readonly code: string | null;
}

/** The console's admin API, as an operator's script would use it. */
export class Admin {
  constructor(private readonly stack: StackFile) {}

  /** All maps have taken in what there is, and no write is on its way. */
  async isInStep(): Promise<boolean> {
    const { maps } = (await this.get('status')) as { maps: readonly { inStep: boolean }[] };
    return maps.every(({ inStep }) => inStep);
  }

  /** What happened to a row, oldest first. */
  async row(key: string): Promise<readonly RowEvent[]> {
    const { events } = (await this.get(`rows/${encodeURIComponent(key)}`)) as { events: readonly RowEvent[] };
    return events;
  }

  /** Policies of a map's definition in force. */
  async policies(map: string): Promise<Readonly<Record<string, unknown>>> {
    const { definition } = (await this.get(`maps/${map}`)) as {
      definition: { spec: { policies?: Readonly<Record<string, unknown>> } };
    };
    return definition.spec.policies ?? {};
  }

  /** Has F&O take an edit of Dataverse; says what became of it. */
  async call(map: string, row: string, fields: Readonly<Record<string, unknown>>): Promise<string> {
    const { outcome } = (await this.ask('POST', `maps/${map}/calls`, { side: 'dataverse', row, fields })) as {
      outcome: string;
    };
    return outcome;
  }

  private get(path: string): Promise<unknown> {
    return this.ask('GET', path);
  }

  private async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { url, signInLink } = this.stack.console;
    const token = new URL(signInLink).searchParams.get('token') ?? '';
    const response = await fetch(`${url}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the console answered ${response.status} to ${path}`);
    return response.json();
  }
}
