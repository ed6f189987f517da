import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { HttpCalls } from './http-call';

const BYTES_MAX = 10_000;
const answers: Readonly<Record<string, RequestListener>> = {
  '/plain': (_, response) => response.setHeader('OData-Version', '4.0').end('\uFEFF{"a":"ä"}'),
  '/zipped': (request, response) =>
    response.setHeader('content-encoding', 'gzip').end(gzipSync(String(request.headers['accept-encoding']))),
  '/bomb': (_, response) =>
    response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(BYTES_MAX * 100))),
  '/large': (_, response) => response.end(Buffer.alloc(BYTES_MAX + 1)),
  '/moved': (_, response) => response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end(),
  '/cut': (request) => request.socket.destroy(),
  '/silent': () => undefined,
};

describe('HttpCalls', () => {
  let server: Server;
  let origin: string;
  const calls = new HttpCalls(BYTES_MAX);

  beforeAll(async () => {
    server = createServer((request, response) => answers[request.url ?? '']?.(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const get = (path: string, signal = AbortSignal.timeout(5_000)) =>
    calls.send({ method: 'GET', url: `${origin}${path}`, headers: {}, signal });

  it('given an answer, then its text comes without a byte order mark, and its headers in lower case', async () => {
    expect(await get('/plain')).toMatchObject({
      kind: 'reply',
      status: 200,
      headers: { 'odata-version': '4.0' },
      body: '{"a":"ä"}',
    });
  });

  it('given a read, then it may come packed', async () => {
    expect(await get('/zipped')).toMatchObject({ kind: 'reply', body: 'gzip' });
  });

  it.each(['/large', '/bomb'])('given %s, an answer that is too large, then it is none', async (path) => {
    expect(await get(path)).toMatchObject({ kind: 'silence', mayBeSent: true });
  });

  it('given a redirect, then it is not followed', async () => {
    expect(await get('/moved')).toMatchObject({ kind: 'silence', mayBeSent: true });
  });

  it('given a connection that is cut, or no answer in time, then the request may have been sent', async () => {
    expect(await get('/cut')).toMatchObject({ kind: 'silence', mayBeSent: true });
    expect(await get('/silent', AbortSignal.timeout(50))).toMatchObject({ kind: 'silence', mayBeSent: true });
  });

  it('given nobody who listens, then it was surely not sent', async () => {
    const signal = AbortSignal.timeout(5_000);
    expect(
      await calls.send({ method: 'GET', url: 'http://127.0.0.1:1/', headers: {}, signal }),
    ).toMatchObject({
      kind: 'silence',
      mayBeSent: false,
    });
  });
});
