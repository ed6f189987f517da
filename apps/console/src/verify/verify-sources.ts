import { problemStatusOf } from '../problems';
import type { Looking } from '../looks/portioned-look';
import type { MapStore } from '../map-store';
import type { MapperClient } from '../mapper-client';
import type { MapsService } from '../maps.service';
import { asideOf, isOf, pairsOf } from './row-evidence';
import type { VerifySources } from './verify-service';

const CONFLICT = 409;

/** Both sides through their connectors; why a row is set aside from the mapper. */
export function verifySources(from: {
  readonly looking: Looking;
  readonly mapper: MapperClient;
  readonly store: MapStore;
  readonly maps: MapsService;
}): VerifySources {
  return {
    maps: () => from.store.list(),
    states: async () => new Map((await from.maps.status()).map(({ name, state }) => [name, state])),
    looking: from.looking,
    async asides(map, differences) {
      if (differences.length === 0) return [];
      const rows = differences.map(({ key, rows: ids }) => ({ map, key, rows: ids, fields: [] }));
      try {
        const pairs = await pairsOf(from.mapper, map, rows);
        return rows.map((row) => asideOf(pairs.filter((pair) => isOf(pair, row))));
      } catch (error) {
        // A map that does not run has no mapper that plans it: what differs is told all the same.
        if (problemStatusOf(error) !== CONFLICT) throw error;
        return [];
      }
    },
  };
}
