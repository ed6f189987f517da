import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Endpoint } from './endpoint';

export interface WebhookCall {
  readonly endpoint: Endpoint;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

/** How a call ended: the answer, or why there is none. */
export type CallEnd = { readonly status: number; readonly text: string } | { readonly problem: string };

/** Of an answer so much is read. */
const ANSWER_BYTES_MAX = 65_536;

export const isTaken = (end: CallEnd): boolean => 'status' in end && end.status >= 200 && end.status < 300;

const RETRIED = new Set([502, 503, 504]);

/** 502, 503 and 504 get exactly one more try; any other answer, and silence, ends it at once. */
export async function callWebhook(agent: Agent, call: WebhookCall): Promise<CallEnd> {
  const first = await post(agent, call);
  return 'status' in first && RETRIED.has(first.status) ? post(agent, call) : first;
}

function post(agent: Agent, { endpoint, headers, body, timeoutMs }: WebhookCall): Promise<CallEnd> {
  const { url } = endpoint;
  if (!URL.canParse(url)) return Promise.resolve({ problem: `the address '${url}' is none` });
  return new Promise((resolve) => {
    const isSecure = url.startsWith('https:');
    const options = {
      method: 'POST',
      headers: {
        ...endpoint.headers,
        ...headers,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      },
      ...(isSecure ? {} : { agent }),
    };
    const outgoing = (isSecure ? httpsRequest : httpRequest)(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let byteCount = 0;
      answer.on('data', (chunk: Buffer) => {
        if (byteCount < ANSWER_BYTES_MAX) chunks.push(chunk);
        byteCount += chunk.length;
      });
      answer.on('end', () =>
        finish({ status: answer.statusCode ?? 500, text: Buffer.concat(chunks).toString('utf8') }),
      );
      answer.on('error', (error) => finish({ problem: error.message }));
    });
    const deadline = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} seconds`)),
      timeoutMs,
    );
    const finish = (end: CallEnd): void => {
      clearTimeout(deadline);
      resolve(end);
    };
    outgoing.on('error', (error) => finish({ problem: error.message }));
    outgoing.end(body);
  });
}
