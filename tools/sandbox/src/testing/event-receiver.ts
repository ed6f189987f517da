import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseExact, type JsonObject } from '../json/exact-json';

/** An endpoint that events are posted to. */
export interface EventReceiver {
  readonly url: string;
  /** What was taken, oldest first. */
  readonly received: JsonObject[];
  /** Bodies of all attempts, refused ones too. */
  readonly attempts: string[];
  /** Statuses of the next answers; 200 when there is none left. */
  readonly answers: number[];
  close(): Promise<void>;
}

export async function eventReceiver(): Promise<EventReceiver> {
  const received: JsonObject[] = [];
  const attempts: string[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const status = answers.shift() ?? 200;
      attempts.push(body);
      if (status < 300) received.push(parseExact(body) as JsonObject);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    attempts,
    answers,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
