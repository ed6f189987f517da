import type { Side } from '@dualwrite/events';
import type { PairView } from '@dualwrite/proof';
import type { InternalClient } from '@dualwrite/service';
import type { MapStore } from '../map-store';
import type { MapperClient } from '../mapper-client';
import type { MapsService } from '../maps.service';
import { FreshRows } from './fresh-rows';
import type { ProofSources } from './proof-service';

const PAIR_PAGE_COUNT = 500;
const PAGE_TIMEOUT_MS = 60_000;

interface PairPage {
  readonly pairs: readonly PairView[];
  readonly nextAfter: string | null;
}

/** Both sides through their connectors, the pairs from the mapper, the books as the status shows them. */
export function proofSources(from: {
  readonly connectors: Readonly<Record<Side, InternalClient>>;
  readonly mapper: MapperClient;
  readonly store: MapStore;
  readonly maps: MapsService;
}): ProofSources {
  return {
    maps: () => from.store.list(),
    status: () => from.maps.status(),
    freshRows: () => new FreshRows(from.connectors),
    pairs: (map) => allPairs(from.mapper, map),
  };
}

async function allPairs(mapper: MapperClient, map: string): Promise<readonly PairView[]> {
  const pairs: PairView[] = [];
  for (let after: string | null = null; ;) {
    const query: string = after === null ? '' : `&after=${after}`;
    const page = await mapper.ask<PairPage>(map, `pairs?limit=${PAIR_PAGE_COUNT}${query}`, {
      timeoutMs: PAGE_TIMEOUT_MS,
    });
    pairs.push(...page.pairs);
    after = page.nextAfter;
    if (after === null) return pairs;
  }
}
