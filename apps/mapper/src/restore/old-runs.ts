import type { StoreBeat } from '@dualwrite/events';
import { CONNECTOR_STORES } from './connector-stores';

/**
 * Rule 24: what the forgotten part of our past has planned must have come to rest before anything is planned anew. Who
 * has not confirmed that it did, in words; empty: everybody has.
 */
export function stillAtWork(
  alive: (store: string) => readonly StoreBeat[],
  mapperEpoch: number,
): readonly string[] {
  return Object.values(CONNECTOR_STORES).flatMap((store) => {
    const replicas = alive(store);
    // A service without a replica cannot confirm: it may have died with a write under way.
    if (replicas.length === 0) return [`${store} (no replica is up)`];
    return replicas
      .filter(({ confirmedMapperEpoch = 0 }) => confirmedMapperEpoch < mapperEpoch)
      .map(({ instance }) => `${store} ${instance}`);
  });
}
