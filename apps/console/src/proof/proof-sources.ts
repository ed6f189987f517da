import type { PairView } from '@dualwrite/proof';
import type { Looking } from '../looks/portioned-look';
import type { MapStore } from '../map-store';
import type { MapperClient } from '../mapper-client';
import type { MapsService } from '../maps.service';
import type { ProofSources } from './proof-service';

const PAIR_PAGE_COUNT = 500;
const PAGE_TIMEOUT_MS = 60_000;

interface PairPage {
  readonly pairs: readonly PairView[];
  readonly nextAfter: string | null;
}

/** Both sides through their connectors, the pairs from the mapper, the books as the status shows them. */
export function proofSources(from: {
  readonly looking: Looking;
  readonly mapper: MapperClient;
  readonly store: MapStore;
  readonly maps: MapsService;
}): ProofSources {
  return {
    maps: () => from.store.list(),
    status: () => from.maps.status(),
    looking: from.looking,
    pairs: (map) => allPairs(from.mapper, map),
  };
}

async function* allPairs(mapper: MapperClient, map: string): AsyncGenerator<readonly PairView[]> {
  for (let after: string | null = null; ;) {
    const query: string = after === null ? '' : `&after=${after}`;
    const page = await mapper.ask<PairPage>(map, `pairs?limit=${PAIR_PAGE_COUNT}${query}`, {
      timeoutMs: PAGE_TIMEOUT_MS,
    });
    yield page.pairs;
    after = page.nextAfter;
    if (after === null) return;
  }
}
