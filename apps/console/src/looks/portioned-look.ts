import { SIDES, type Side } from '@dualwrite/events';
import { columnSets, type CompiledMap } from '@dualwrite/maps';
import type { References } from '@dualwrite/planner';
import { keyNameOf, type PairView, type SideRows } from '@dualwrite/proof';
import type { InternalClient } from '@dualwrite/service';
import type { DataSource } from 'typeorm';
import { FreshRows } from './fresh-rows';
import { referencesOf } from './fresh-references';
import { problem } from '../problems';
import { RowSpool } from './row-spool';

/**
 * Both sides of maps as they show them now, in portions that fit into memory: each table is read once, and rows that may
 * belong together are in one portion. What lookups point at is held as a whole, by its key columns.
 */
export class PortionedLook {
  private readonly references = new Map<string, References>();
  private readonly counts = new Map<string, Record<Side, number>>();

  private constructor(private readonly spool: RowSpool) {}

  static async read(
    maps: readonly CompiledMap[],
    fresh: Pick<FreshRows, 'pages' | 'lookedUp'>,
    spool: RowSpool,
  ): Promise<PortionedLook> {
    const look = new PortionedLook(spool);
    for (const rules of maps) {
      look.references.set(rules.name, await referencesOf(rules, fresh));
      look.counts.set(rules.name, { fo: 0, dataverse: 0 });
    }
    for (const side of SIDES) {
      for (const table of new Set(maps.map((rules) => rules.table[side]))) {
        const its = maps.filter((rules) => rules.table[side] === table);
        for await (const rows of fresh.pages(side, table))
          for (const rules of its) await look.take(rules, side, rows);
      }
    }
    return look;
  }

  rowCounts(map: string): Readonly<Record<Side, number>> {
    return this.counts.get(map) ?? { fo: 0, dataverse: 0 };
  }

  /** Pairs of the map, to be asked for by the rows that they hold. */
  async addPairs(map: string, pairs: readonly PairView[]): Promise<void> {
    for (const pair of pairs) await this.spool.addPair(map, pair);
  }

  pairsOf({ rules, rows }: SideRows): Promise<readonly PairView[]> {
    return this.spool.pairsOf(rules.name, rows);
  }

  async *portions(rules: CompiledMap): AsyncGenerator<SideRows> {
    const references = this.referencesFor(rules);
    for await (const rows of this.spool.portions(rules.name)) yield { rules, rows, references };
  }

  private async take(rules: CompiledMap, side: Side, rows: SideRows['rows'][Side]): Promise<void> {
    const references = this.referencesFor(rules);
    const counts = this.counts.get(rules.name);
    if (counts) counts[side] += rows.length;
    for (const row of rows)
      await this.spool.add(rules.name, side, keyNameOf(rules, side, row, references), row);
  }

  referencesFor({ name }: CompiledMap): References {
    const references = this.references.get(name);
    if (!references) throw new Error(`map ${name} is not of this look`);
    return references;
  }
}

/** Reads both sides of maps, and puts away what it has kept of them when `use` is done. */
export type Looking = (
  maps: readonly CompiledMap[],
  use: (look: PortionedLook, fresh: Pick<FreshRows, 'pages'>) => Promise<void>,
) => Promise<void>;

/** Each may take a connection to the database and the memory of one portion. */
const LOOKS_AT_ONCE_MAX = 3;

/** Reads through the connectors; what is too much for our memory is put aside in our database. */
export function looking(from: {
  readonly connectors: Readonly<Record<Side, InternalClient>>;
  readonly database: DataSource;
}): Looking {
  let underWayCount = 0;
  return async (maps, use) => {
    if (underWayCount >= LOOKS_AT_ONCE_MAX)
      throw problem(503, 'looks-busy', 'Too many looks at whole tables are under way', {
        detail: `This console does ${LOOKS_AT_ONCE_MAX} at a time (verify, prove, plan); try again when one of them has ended.`,
      });
    underWayCount += 1;
    const spool = new RowSpool(from.database);
    try {
      const fresh = new FreshRows(from.connectors, columnSets(maps));
      await use(await PortionedLook.read(maps, fresh, spool), fresh);
    } finally {
      underWayCount -= 1;
      await spool.close();
    }
  };
}
