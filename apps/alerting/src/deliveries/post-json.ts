import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { safeTarget, type AllowedTargets } from './safe-target';

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES_MAX = 65_536;
const ANSWER_SHOWN_MAX = 300;

export interface PostAnswer {
  readonly status: number;
  /** The beginning of it. */
  readonly text: string;
  readonly retryAfter: string | undefined;
}

/**
 * One POST to an address that was looked at. Redirects are not followed: they are answers like any other, for they could
 * lead where the address itself may not.
 *
 * @throws {TargetRefused} the address is not public; any error of the connection as it is
 */
export async function postJson(
  url: string,
  { body, headers, allowed }: { body: string; headers: Record<string, string>; allowed: AllowedTargets },
): Promise<PostAnswer> {
  const place = new URL(url);
  const target = await safeTarget(place.hostname, allowed);
  const lookup: LookupFunction = (_host, options, callback) => {
    if (options.all === true) callback(null, [{ address: target.address, family: target.family }]);
    else callback(null, target.address, target.family);
  };
  const request = place.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(
      place,
      {
        method: 'POST',
        lookup,
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'dualwrite-alerting',
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > ANSWER_BYTES_MAX)
            response.destroy(new Error(`the answer is over ${ANSWER_BYTES_MAX} bytes`));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8').slice(0, ANSWER_SHOWN_MAX),
            retryAfter: response.headers['retry-after'],
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
