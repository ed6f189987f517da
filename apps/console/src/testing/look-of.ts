import type { Side } from '@dualwrite/events';
import type { FreshRow } from '@dualwrite/proof';
import type { DataSource } from 'typeorm';
import { PortionedLook, type Looking } from '../looks/portioned-look';
import { RowSpool } from '../looks/row-spool';
import type { FreshRows } from '../looks/fresh-rows';

/** A look at rows that are given: few enough that no database is asked for. */
export function lookOf(rows: Readonly<Record<Side, readonly FreshRow[]>>): Looking {
  const fresh: Pick<FreshRows, 'pages' | 'lookedUp'> = {
    async *pages(side) {
      yield rows[side];
    },
    lookedUp: () => Promise.resolve([]),
  };
  return async (maps, use) =>
    use(await PortionedLook.read(maps, fresh, new RowSpool({} as DataSource)), fresh);
}
