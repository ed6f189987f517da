import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ControlRouter } from '../control/control-router';
import type { Answer, ODataRequest } from '../odata/exchange';
import { parseQuery } from '../odata/query';
import type { OpenAnswer, OpenRoutes } from './open-routes';
import type { SideHost } from './side-host';
import { TOKEN_PATH, type TokenServer } from './token-server';

// A URL alone may have 32,768 characters.
const HEADER_BYTES_MAX = 80_000;
const BODY_BYTES_MAX = 117 << 20;
const CONTROL_BYTES_MAX = 1 << 30;
const OPEN_BYTES_MAX = 512 << 20;
const NOTHING = Buffer.alloc(0);

/** The HTTP server of one side: who is asking, what for, and the cutting of connections. */
export class HttpFront {
  private readonly server: Server;
  port = 0;

  constructor(
    private readonly host: SideHost,
    private readonly control: ControlRouter,
    private readonly tokens: TokenServer,
  ) {
    this.server = createServer(
      { keepAliveTimeout: 75_000, maxHeaderSize: HEADER_BYTES_MAX },
      (request, response) => {
        this.serve(request, response).catch((error: unknown) => {
          process.stderr.write(`${JSON.stringify({ event: 'sandbox.failed', error: String(error) })}\n`);
          response.destroy();
        });
      },
    );
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = incoming.url ?? '/';
    const mark = url.indexOf('?');
    const pathname = mark < 0 ? url : url.slice(0, mark);
    const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
    if (pathname.startsWith('/_sandbox')) {
      const body = await readBody(incoming, CONTROL_BYTES_MAX);
      return this.control.handle(
        incoming.method ?? 'GET',
        pathname.slice('/_sandbox'.length),
        rawQuery,
        body ?? '',
        response,
      );
    }
    if (incoming.method === 'POST' && TOKEN_PATH.test(pathname)) {
      const form = new URLSearchParams((await readBody(incoming, BODY_BYTES_MAX)) ?? '');
      const { status, body } = this.tokens.issue(pathname, form);
      return send(response, {
        status,
        headers: { 'Content-Type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
      });
    }
    if (this.host.side.open?.serves(pathname))
      return this.serveOpen(this.host.side.open, incoming, response, { pathname, rawQuery });
    await this.serveSide(incoming, response, pathname, rawQuery);
  }

  private async serveOpen(
    routes: OpenRoutes,
    incoming: IncomingMessage,
    response: ServerResponse,
    { pathname, rawQuery }: { pathname: string; rawQuery: string },
  ): Promise<void> {
    const body = await readBytes(incoming, OPEN_BYTES_MAX);
    const answer: OpenAnswer =
      body === undefined
        ? { status: 413, headers: {} }
        : routes.answer({
            method: incoming.method ?? 'GET',
            pathname,
            query: new URLSearchParams(rawQuery),
            headers: incoming.headers as Record<string, string | undefined>,
            body,
          });
    response.writeHead(answer.status, { ...answer.headers, 'Content-Length': answer.body?.length ?? 0 });
    response.end(incoming.method === 'HEAD' ? undefined : answer.body);
  }

  private async serveSide(
    incoming: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    rawQuery: string,
  ): Promise<void> {
    const { side, faults } = this.host;
    const located = side.locate(pathname);
    const method = incoming.method ?? 'GET';
    const origin = `http://${incoming.headers.host ?? `127.0.0.1:${this.port}`}`;
    const request: ODataRequest = {
      method,
      path: located?.rest ?? '',
      query: new Map(),
      rawQuery,
      headers: incoming.headers as Record<string, string | undefined>,
      body: '',
      caller: '',
      root: `${origin}${located?.service ?? ''}`,
      isInBatch: false,
      touched: {},
    };
    const known = this.tokens.check(incoming.headers.authorization, (audience) => this.isOwn(audience));
    const caller = 'caller' in known ? known.caller : '';
    if (!faults.isEmpty && faults.arrival(this.host.occasion({ ...request, caller }))) {
      incoming.socket.destroy();
      return;
    }
    const body = await readBody(incoming, BODY_BYTES_MAX);
    if ('problem' in known) return this.refuse(response, request, side.unauthorized(known.problem));
    if (body === undefined)
      return this.refuse(response, { ...request, caller }, side.failing(413, undefined));
    if (!located) return this.refuse(response, { ...request, caller }, side.notServed(pathname));
    let query: ReadonlyMap<string, string>;
    try {
      query = parseQuery(rawQuery);
    } catch (error) {
      return this.refuse(response, { ...request, caller }, this.host.refusal(error));
    }
    const { answer, isLost } = await this.host.handle({ ...request, query, body, caller });
    if (isLost) incoming.socket.destroy();
    else send(response, answer);
  }

  private refuse(response: ServerResponse, request: ODataRequest, answer: Answer): void {
    this.host.note(request, answer, false);
    send(response, answer);
  }

  private isOwn(audience: string): boolean {
    return audience === this.url || audience === `http://localhost:${this.port}`;
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (body === undefined) {
    response.writeHead(status, headers);
    response.end();
    return;
  }
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** Undefined when the body is longer than the limit. */
async function readBody(incoming: IncomingMessage, bytesMax: number): Promise<string | undefined> {
  return (await readBytes(incoming, bytesMax))?.toString('utf8');
}

async function readBytes(incoming: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  if (incoming.headers['content-length'] === undefined && incoming.headers['transfer-encoding'] === undefined)
    return NOTHING;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
  }
  return bytes <= bytesMax ? Buffer.concat(chunks) : undefined;
}
