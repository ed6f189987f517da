import type { Side } from '@dualwrite/events';
import type { InternalClient } from '@dualwrite/service';
import { DependencyRefused, DependencyUnavailable, log } from '@dualwrite/telemetry';
import { STOP_TIMEOUT_MS } from './call-times';

export interface WriteOfCall {
  readonly side: Side;
  readonly table: string;
  readonly nativeId: string;
  readonly id: string;
  readonly pairId: string;
  readonly intent: number;
}

/** `abandoned`: it was not sent and never will be; `begun`: it may have been; `ended`: its answer is known. */
export async function stopWrite(
  connectors: Readonly<Record<Side, InternalClient>>,
  { side, ...write }: WriteOfCall,
): Promise<string> {
  try {
    const { outcome } = await connectors[side].request<{ outcome: string }>('/writes/abandon', {
      method: 'POST',
      body: write,
      timeoutMs: STOP_TIMEOUT_MS,
    });
    return outcome;
  } catch (error) {
    if (!(error instanceof DependencyUnavailable || error instanceof DependencyRefused)) throw error;
    log.warn('call.not_stopped', { write: write.id, error });
    return 'unknown';
  }
}
