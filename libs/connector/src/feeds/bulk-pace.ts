import type { MapBacklog } from '@dualwrite/service';
import type { Side } from '@dualwrite/events';
import type { TrackedTables } from '../tables/tracked-tables';

/** A full round that must not go on is asked again so soon. */
export const BULK_WAIT_MS = 50;

/**
 * Says whether a full round of a feed may bring its next page: what it brought before is planned, but for one page. So
 * live changes never wait behind a whole table.
 */
export class BulkPace {
  constructor(
    private readonly side: Side,
    private readonly tables: Pick<TrackedTables, 'mapsOn'>,
    private readonly backlog: Pick<MapBacklog, 'rowCount'>,
    private readonly pageRowCountMax: number,
  ) {}

  async mayGoOn(table: string): Promise<boolean> {
    const maps = this.tables.mapsOn(table);
    if (maps.length === 0) return true;
    return (await this.backlog.rowCount({ side: this.side, table }, maps)) <= this.pageRowCountMax;
  }
}
