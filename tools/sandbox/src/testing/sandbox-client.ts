import { parseExact, type Json, type JsonObject } from '../json/exact-json';
import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox';

export interface TestAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The body with exact numbers; null when there is none. */
  json: JsonObject;
}

export interface CallOptions {
  body?: Json | string;
  headers?: Record<string, string>;
}

/** Talks to one side over HTTP as a client would. */
export class SideClient {
  constructor(
    readonly url: string,
    readonly admin: string,
    private readonly service: string,
    public token: string,
  ) {}

  async call(method: string, path: string, { body, headers = {} }: CallOptions = {}): Promise<TestAnswer> {
    const url = path.startsWith('http') ? path : `${this.url}${this.service}${path}`;
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    const json = text.startsWith('{') ? (parseExact(text) as JsonObject) : {};
    return { status: response.status, headers: response.headers, text, json };
  }

  get(path: string, headers?: Record<string, string>): Promise<TestAnswer> {
    return this.call('GET', path, { ...(headers ? { headers } : {}) });
  }

  post(path: string, body: Json | string, headers?: Record<string, string>): Promise<TestAnswer> {
    return this.call('POST', path, { body, ...(headers ? { headers } : {}) });
  }

  patch(path: string, body: Json | string, headers?: Record<string, string>): Promise<TestAnswer> {
    return this.call('PATCH', path, { body, ...(headers ? { headers } : {}) });
  }

  remove(path: string, headers?: Record<string, string>): Promise<TestAnswer> {
    return this.call('DELETE', path, { ...(headers ? { headers } : {}) });
  }

  /** A control call; its answer as JSON. */
  async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${this.admin}/${path}`, {
      method,
      ...(body === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return JSON.parse(answer);
  }
}

export interface TestSandbox {
  sandbox: Sandbox;
  fo: SideClient;
  dataverse: SideClient;
  close(): Promise<void>;
}

export async function testSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const sandbox = await startSandbox({ stateDirectory: null, ...options });
  return {
    sandbox,
    fo: new SideClient(sandbox.fo.url, sandbox.fo.admin, '/data', await tokenFor(sandbox, sandbox.fo.url)),
    dataverse: new SideClient(
      sandbox.dataverse.url,
      sandbox.dataverse.admin,
      '/api/data/v9.2',
      await tokenFor(sandbox, sandbox.dataverse.url),
    ),
    close: () => sandbox.close(),
  };
}

export async function tokenFor(
  sandbox: Sandbox,
  resource: string,
  clientId = sandbox.oauth.clientId,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: sandbox.oauth.clientSecret,
    scope: `${resource}/.default`,
  });
  const ask = (): Promise<Response> => fetch(sandbox.oauth.tokenUrl, { method: 'POST', body: form });
  // The token server comes back on the same port: a connection kept from before may be dead.
  const response = await ask().catch(ask);
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Waits for a condition; fails after the deadline. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 8000,
): Promise<void> {
  const endMs = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
