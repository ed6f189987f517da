import type { Side } from '@dualwrite/events';
import type { StackFile } from './stack-file';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A person at work in one of the sides: signs in and uses the vendors' own APIs, past all of the product. */
export class Person {
  private readonly tokens = new Map<Side, string>();

  constructor(
    private readonly stack: () => Promise<StackFile>,
    readonly clientId = 'a-person',
  ) {}

  /** Path from the server's root, `/data/...` or `/api/data/v9.2/...`. @throws the answer is none of 2xx */
  async get(
    side: Side,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    return (await this.accepted(side, 'GET', path, undefined, headers)).body as Readonly<
      Record<string, unknown>
    >;
  }

  async post(side: Side, path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.accepted(side, 'POST', path, body);
  }

  async patch(side: Side, path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.accepted(side, 'PATCH', path, body);
  }

  async delete(side: Side, path: string): Promise<void> {
    await this.accepted(side, 'DELETE', path);
  }

  private async accepted(
    side: Side,
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const answer = await this.send(side, method, path, body, headers);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new Error(`${side} answered ${answer.status} to ${method} ${path}: ${JSON.stringify(answer.body)}`);
  }

  /** Any answer, also a refusal; signs in again when the token has expired. */
  async send(
    side: Side,
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const answer = await this.ask(side, method, path, body, headers);
    if (answer.status !== 401) return answer;
    this.tokens.delete(side);
    return this.ask(side, method, path, body, headers);
  }

  private async ask(
    side: Side,
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const { [side]: address } = await this.stack();
    const response = await fetch(`${address.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.token(side)}`,
        accept: 'application/json',
        ...headers,
        'odata-version': '4.0',
        'odata-maxversion': '4.0',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // An update or a delete, never by mistake a new row.
        ...(method === 'PATCH' || method === 'DELETE' ? { 'if-match': '*' } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      body: isJson && text !== '' ? (JSON.parse(text) as unknown) : text || null,
    };
  }

  private async token(side: Side): Promise<string> {
    const known = this.tokens.get(side);
    if (known !== undefined) return known;
    const stack = await this.stack();
    const response = await fetch(stack.oauth.tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: this.clientId,
        client_secret: stack.oauth.clientSecret,
        scope: `${stack[side].url}/.default`,
      }),
    });
    if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
    const { access_token: token } = (await response.json()) as { access_token: string };
    this.tokens.set(side, token);
    return token;
  }
}
