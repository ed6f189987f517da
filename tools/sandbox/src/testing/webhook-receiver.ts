import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../json/exact-json';

export interface ReceivedCall {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: JsonObject;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly calls: ReceivedCall[];
  /** The status of the next answers, one each; then 200 again. "silent" gives none; a function is waited for. */
  answers: (number | 'silent' | (() => Promise<number>) | { status: number; body: JsonObject })[];
  close(): Promise<void>;
}

/** An HTTP endpoint that keeps what it is sent. */
export async function webhookReceiver(): Promise<WebhookReceiver> {
  const calls: ReceivedCall[] = [];
  const receiver = { url: '', calls, answers: [] as WebhookReceiver['answers'] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      calls.push({
        url: request.url ?? '',
        headers: request.headers,
        text,
        body: JSON.parse(text) as JsonObject,
      });
      const answer = receiver.answers.shift() ?? 200;
      if (answer === 'silent') return;
      if (typeof answer === 'object') {
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer.body));
        return;
      }
      const status = typeof answer === 'number' ? Promise.resolve(answer) : answer();
      void status.then((code) => response.writeHead(code).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  return Object.assign(receiver, {
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}
