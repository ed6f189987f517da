import { isPlanned } from '@dualwrite/events';
import type { MapBacklog } from '@dualwrite/service';
import { Standstill } from '@dualwrite/service';
import type { PlannedMap } from './baseline-run';
import type { ConnectorWatch } from './connector-watch';
import type { TableRead } from './table-read';

/** A chunk goes when the last but one has settled: so many of a table stand before a live change at most. */
export const CHUNKS_IN_FLIGHT_MAX = 2;

/**
 * Says which reads may ask for their next chunk: what the chunks before brought is planned, and its writes are answered,
 * but for one chunk. So bulk work never stands in front of live changes.
 */
export class ReadCredit {
  private readonly standstill = new Standstill();

  constructor(
    private readonly backlog: Pick<MapBacklog, 'rowCount'>,
    private readonly watch: Pick<ConnectorWatch, 'openCountOf'>,
    private readonly chunkRowCountMax: number,
  ) {}

  /** @returns ids of the reads that may go on */
  async of(reads: readonly TableRead[], maps: ReadonlyMap<string, PlannedMap>): Promise<ReadonlySet<string>> {
    const all = await Promise.all(
      reads.map(async (read) => ((await this.hasCredit(read, maps)) ? [read.id] : [])),
    );
    return new Set(all.flat());
  }

  private async hasCredit(read: TableRead, maps: ReadonlyMap<string, PlannedMap>): Promise<boolean> {
    // A table that is only looked up leads to no plan; a paused map plans nothing.
    const planning = [...maps.values()].filter(
      ({ desired, table }) => isPlanned(desired) && table[read.side] === read.table,
    );
    const unsettledMax = (CHUNKS_IN_FLIGHT_MAX - 1) * this.chunkRowCountMax;
    const isHeldUp = planning.some(({ name }) => {
      const openCount = this.watch.openCountOf(name);
      const isStill = this.standstill.isStill(name, String(openCount), openCount > 0);
      return !isStill && openCount > unsettledMax;
    });
    if (isHeldUp) return false;
    const names = planning.map(({ name }) => name);
    return (await this.backlog.rowCount(read, names)) <= unsettledMax;
  }
}
