import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { momentOf } from './moment';
import { runProgram } from './program';

const entry = (seq: string) => ({
  seq,
  at: '2026-11-23T08:00:00.000Z',
  severity: 'error',
  service: 'mapper',
  what: 'parked',
  map: 'm',
  key: 'usmf/US-001',
  nativeId: null,
  side: 'fo',
  traceId: null,
  traceUrl: null,
  code: 'conflict',
  text: null,
  fields: [],
});

describe('dw journal', () => {
  const asked: IncomingMessage[] = [];
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request);
      if (!request.url?.startsWith('/api/v1/journal/stream')) {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ entries: [entry('1')], nextCursor: '5.1' }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const seq = request.headers['last-event-id'] === undefined ? '7' : '8';
      // Cut in the middle of an event, as networks do; the first connection breaks after one.
      const text = `retry: 1\n\n: alive\n\nid: ${seq}\nevent: entry\ndata: ${JSON.stringify(entry(seq))}\n\n`;
      response.write(text.slice(0, 60));
      response.end(text.slice(60));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => asked.splice(0));

  it('given a question, then it is passed on, and older entries are pointed to', async () => {
    const { code, out } = await dw(['journal', '--map', 'm', '--severity', 'error', '--since', '2026-11-23']);
    expect(code).toBe(0);
    expect(out).toContain('usmf/US-001');
    expect(out).toContain('--cursor 5.1');
    expect(asked[0]?.url).toBe('/api/v1/journal?map=m&severity=error&since=2026-11-23T00%3A00%3A00.000Z');
  });

  it('given --follow, when the connection breaks, then it goes on after the last entry', async () => {
    const end = new AbortController();
    let out = '';
    const code = await runProgram(['journal', '--follow', '--json', '--url', url, '--token', 't'], {
      streams: {
        out: (data) => {
          out += data;
          if (out.includes('"seq":"8"')) end.abort();
        },
        err: (data) => (out += data),
      },
      environment: {},
      readInput: () => Promise.resolve(''),
      interrupted: end.signal,
    });
    expect(code).toBe(130);
    expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7']);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((text) => (JSON.parse(text) as { seq: string }).seq)).toEqual(['7', '8']);
  });

  it.each([
    [['--since', 'yesterday'], '--since'],
    [['--follow', '--limit', '3'], '--follow'],
  ])('given %j, then it says what is wrong', async (args, words) => {
    const { code, err } = await dw(['journal', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  it('given a span, then it is so long ago', () => {
    expect(momentOf('90m', '--since', Date.parse('2026-11-23T08:00:00Z'))).toBe('2026-11-23T06:30:00.000Z');
  });

  async function dw(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    let out = '';
    let err = '';
    const code = await runProgram([...args, '--url', url, '--token', 't'], {
      streams: { out: (data) => (out += data), err: (data) => (err += data) },
      environment: {},
      readInput: () => Promise.resolve(''),
    });
    return { code, out, err };
  }
});
