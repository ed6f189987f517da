import { SIDES, type Backlog, type Names } from '@dualwrite/events';
import type { KafkaLink } from '@dualwrite/kafka';
import type { StoredMap } from './map-store';

/** Changes that wait for a paused map, as they stand at this moment. */
export interface BacklogLook {
  /** Records; several may be of one row. */
  readonly count: number;
  readonly ends: Backlog['ends'];
}

/** Reads from Kafka what a map has not taken in yet: its group's lag, as any Kafka tool shows it. */
export class BacklogReader {
  constructor(
    private readonly link: Pick<KafkaLink, 'admin'>,
    private readonly names: Names,
  ) {}

  async look({ name, definition }: Pick<StoredMap, 'name' | 'definition'>): Promise<BacklogLook> {
    const topics = SIDES.map((side) => this.names.observations(side, definition.resolved[side].table));
    const lags = await this.link.admin.lag(this.names.mapGroup(name), topics);
    const ends: Record<string, string[]> = Object.fromEntries(topics.map((topic) => [topic, []]));
    for (const { topic, partition, high } of lags) {
      const offsets = ends[topic];
      if (offsets) offsets[partition] = high;
    }
    return { count: lags.reduce((sum, { lagCount }) => sum + lagCount, 0), ends };
  }

  /** Where what is known of both sides ends now; of a map that never ran there may be nothing yet. */
  async past({ definition }: Pick<StoredMap, 'definition'>): Promise<Pick<Backlog, 'ends'>> {
    const ends: Record<string, string[]> = {};
    const there = new Set(await this.link.admin.topics());
    for (const side of SIDES) {
      const topic = this.names.observations(side, definition.resolved[side].table);
      const offsets = there.has(topic) ? await this.link.admin.topicOffsets(topic) : [];
      ends[topic] = offsets.map(({ high }) => high);
    }
    return { ends };
  }
}
