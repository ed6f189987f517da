import type { Names, Side } from '@dualwrite/events';
import type { KafkaAdmin, PartitionLag } from '@dualwrite/kafka';
import { DependencyRefused } from '@dualwrite/telemetry';
import { Standstill } from './standstill';

/** Kafka's name of the error. */
const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';

/** How many observations of a table the maps on it have still to plan, as their groups' offsets tell any Kafka tool. */
export class MapBacklog {
  private readonly standstill = new Standstill();

  constructor(
    private readonly admin: Pick<KafkaAdmin, 'lag'>,
    private readonly names: Pick<Names, 'observations' | 'mapGroup'>,
  ) {}

  /**
   * Of the map that is furthest behind. One that makes no progress does not count: a failing map delays no other.
   *
   * @param maps that plan the table now; a paused one plans nothing
   */
  async rowCount({ side, table }: { side: Side; table: string }, maps: readonly string[]): Promise<number> {
    const topic = this.names.observations(side, table);
    const counts = await Promise.all(
      maps.map(async (map) => {
        const lags = await this.lagsOf(map, topic);
        const lagCount = lags.reduce((sum, one) => sum + one.lagCount, 0);
        const handled = lags.map(({ offset }) => offset ?? '').join();
        return this.standstill.isStill(`${map} ${topic}`, handled, lagCount > 0) ? 0 : lagCount;
      }),
    );
    return Math.max(0, ...counts);
  }

  /** A topic that is only just being made holds nothing yet. */
  private async lagsOf(map: string, topic: string): Promise<readonly PartitionLag[]> {
    try {
      return await this.admin.lag(this.names.mapGroup(map), [topic]);
    } catch (error) {
      if (error instanceof DependencyRefused && error.details['type'] === UNKNOWN_TOPIC) return [];
      throw error;
    }
  }
}
