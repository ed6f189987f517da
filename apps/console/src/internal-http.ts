import { log } from '@dualwrite/telemetry';
import { problem } from './problems';

const TIMEOUT_MS = 10_000;

export interface InternalAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks another of our services. A person waits for the answer: nothing is tried twice. */
export async function askService(service: string, url: string, token: string): Promise<InternalAnswer> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, body: await response.json() };
  } catch (error) {
    log.warn('console.service_unreachable', { service, error });
    throw problem(503, 'service-unreachable', `${service} is not reachable`, {
      detail: 'It may be starting; try again in a moment.',
    });
  }
}
