import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ClientCredentials } from './client-credentials';
import { SideHttp } from './side-http';

/** A token server and a side in one; `answers` are used up one by one, the last one stays. */
async function sideThat(
  answers: number[],
  expiresIn = 3_600,
): Promise<{ url: string; server: Server; seen: string[]; tokenCount: () => number }> {
  const seen: string[] = [];
  let tokens = 0;
  const server = createServer((request, response) => {
    if (request.url === '/token') {
      tokens++;
      return void response.end(JSON.stringify({ access_token: `token-${tokens}`, expires_in: expiresIn }));
    }
    seen.push(request.headers.authorization ?? '');
    response.statusCode = answers.length > 1 ? (answers.shift() ?? 200) : (answers[0] ?? 200);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, server, seen, tokenCount: () => tokens };
}

function httpOf(url: string): SideHttp {
  const token = new ClientCredentials({
    tokenUrl: `${url}/token`,
    clientId: 'a',
    credential: { kind: 'secret', secret: () => Promise.resolve('b') },
    scope: 'c',
  });
  return new SideHttp({ baseUrl: url, users: [{ name: 'a', token }], requestDeadlineMs: 2_000 });
}

describe('SideHttp with ClientCredentials', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('given many callers at once, then one token is fetched', async () => {
    const side = await sideThat([200]);
    server = side.server;
    const http = httpOf(side.url);
    expect(http.tokenRenewedAtMs).toBeNull();
    await Promise.all(Array.from({ length: 10 }, () => http.send({ method: 'GET', url: 'a' })));
    expect(side.tokenCount()).toBe(1);
    expect(Date.now() - (http.tokenRenewedAtMs ?? 0)).toBeLessThan(60_000);
  });

  it('given 401, then the token is renewed once and the request sent again', async () => {
    const side = await sideThat([401, 200]);
    server = side.server;
    const outcome = await httpOf(side.url).send({ method: 'GET', url: 'a' });
    expect(outcome).toMatchObject({ kind: 'reply', status: 200 });
    expect(side.seen).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('given 401 again, then that is the answer', async () => {
    const side = await sideThat([401]);
    server = side.server;
    expect(await httpOf(side.url).send({ method: 'GET', url: 'a' })).toMatchObject({ status: 401 });
    expect(side.seen).toHaveLength(2);
  });

  it('given a token that is about to end, then it is renewed ahead while the old one still serves', async () => {
    const side = await sideThat([200], 0.05);
    server = side.server;
    const http = httpOf(side.url);
    const deadline = Date.now() + 5_000;
    while (side.tokenCount() < 3 && Date.now() < deadline) await http.send({ method: 'GET', url: 'a' });
    expect(side.tokenCount()).toBeGreaterThanOrEqual(3);
  });

  it('given nobody at the address, then the request was surely not sent', async () => {
    const gone = await sideThat([200]);
    await new Promise((resolve) => gone.server.close(resolve));
    const http = new SideHttp({
      baseUrl: gone.url,
      users: [{ name: 'a', token: { bearer: () => Promise.resolve('t'), discard: () => undefined } }],
      requestDeadlineMs: 2_000,
    });
    expect(await http.send({ method: 'GET', url: 'a' })).toMatchObject({ kind: 'silence', mayBeSent: false });
  });
});
