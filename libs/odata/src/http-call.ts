import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { Agent, request, type Dispatcher } from 'undici';
import { silenceOf, type HttpOutcome } from './http-outcome';

/** More than any side lets one user have at a time. */
const CONNECTIONS_MAX = 128;

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

const unzip = promisify(gunzip);

/**
 * Requests as they are sent, one connection pool for all. By `undici` itself: Node's `fetch` is made of it, and takes
 * three to six times the CPU for a small request.
 */
export class HttpCalls {
  private readonly agent: Agent;

  /** @param responseBytesMax of one answer, unpacked; a larger one is none */
  constructor(private readonly responseBytesMax: number) {
    this.agent = new Agent({ connections: CONNECTIONS_MAX, maxResponseSize: responseBytesMax });
  }

  /** Never throws. A redirect is not followed: the token is for the host that was named. */
  async send({ method, url, headers, body, signal }: HttpCall): Promise<HttpOutcome> {
    try {
      const response = await request(url, {
        method,
        headers: method === 'GET' ? { 'accept-encoding': 'gzip', ...headers } : headers,
        ...(body === undefined ? {} : { body }),
        signal,
        dispatcher: this.agent,
      });
      const { statusCode: status } = response;
      const text = await this.textOf(response);
      if (status >= 300 && status < 400 && status !== 304)
        return { kind: 'silence', mayBeSent: true, text: `the answer was a redirect (${status})` };
      return { kind: 'reply', status, headers: plain(response.headers), body: text };
    } catch (error) {
      return silenceOf(error);
    }
  }

  private async textOf({ headers, body }: Dispatcher.ResponseData): Promise<string> {
    if (headers['content-encoding'] !== 'gzip') return body.text();
    return (await unzip(await body.bytes(), { maxOutputLength: this.responseBytesMax })).toString('utf8');
  }
}

function plain(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      // A cookie may hold a comma: each has a line of its own.
      Array.isArray(value) ? value.join(name === 'set-cookie' ? '\n' : ', ') : (value ?? ''),
    ]),
  );
}
