import { ConfigResourceTypes, KafkaJSDeleteGroupsError, type Admin, type Kafka } from 'kafkajs';
import { DependencyRefused, DependencyUnavailable, log } from '@dualwrite/telemetry';
import { untilDeadline } from './until-deadline';

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly config?: Readonly<Record<string, string>>;
}

export interface PartitionOffsets {
  readonly partition: number;
  /** Offset of the oldest record that is kept. */
  readonly low: string;
  /** Offset that the next record will get. */
  readonly high: string;
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next record to handle; `null`: the group never committed, or has forgotten. */
  readonly offset: string | null;
}

export interface PartitionLag extends CommittedOffset {
  readonly high: string;
  readonly lagCount: number;
}

const METADATA_TIMEOUT_MS = 30_000;
const METADATA_POLL_MS = 50;
/** Leaders move and coordinators load for seconds after a broker's start; all calls here may be made again. */
const CALL_TIMEOUT_MS = 15_000;
const REPLICATION_FACTOR_DEFAULT = 3;
/** Kafka's error code, which the client hands over as a number. */
const GROUP_ID_NOT_FOUND = 69;
/** Contracts are at most 1 MiB; headers, key and framing come on top. */
const MAX_MESSAGE_BYTES = 2_097_152;

/** Topics and groups, seen from outside. One connection per process, made at the first call. */
export class KafkaAdmin {
  private connecting: Promise<Admin> | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: { readonly connectTimeoutMs: number; readonly replicationFactor?: number },
  ) {}

  /**
   * Makes the topics that are missing and waits until all have leaders. Safe to be called by many processes at once.
   * A topic that is there keeps its partitions and settings.
   */
  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    await this.call('create topics', async (admin) => {
      const there = new Set(await admin.listTopics());
      const missing = specs.filter(({ name }) => !there.has(name));
      if (missing.length > 0) await this.createTopics(admin, missing);
    });
    await this.waitForLeaders(specs);
    // The metadata names a leader before that broker knows of it; until then it refuses to serve the partition.
    for (const { name } of specs) await this.topicOffsets(name);
  }

  async topics(): Promise<string[]> {
    return this.call('list topics', (admin) => admin.listTopics());
  }

  /** @throws {DependencyRefused} there is no such topic */
  async partitionCount(topic: string): Promise<number> {
    return this.call(`read metadata of ${topic}`, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    });
  }

  async topicOffsets(topic: string): Promise<PartitionOffsets[]> {
    return this.call(`read offsets of ${topic}`, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets
        .map(({ partition, low, high }) => ({ partition, low, high }))
        .sort((a, b) => a.partition - b.partition);
    });
  }

  /** First offset at or after a time per partition; the high watermark where there is none. */
  async topicOffsetsByTime(
    topic: string,
    timestampMs: number,
  ): Promise<{ partition: number; offset: string }[]> {
    return this.call(`read offsets of ${topic} by time`, (admin) =>
      admin.fetchTopicOffsetsByTimestamp(topic, timestampMs),
    );
  }

  async groupOffsets(group: string, topics: readonly string[]): Promise<CommittedOffset[]> {
    return this.call(`read offsets of group ${group}`, async (admin) => {
      const answers = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
      return answers.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => ({
          topic,
          partition,
          offset: offset === '-1' ? null : offset,
        })),
      );
    });
  }

  /** How far a group is behind, in records; from the oldest kept record where it never committed. */
  async lag(group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    const committed = await this.groupOffsets(group, topics);
    const offsets = new Map(
      await Promise.all(topics.map(async (topic) => [topic, await this.topicOffsets(topic)] as const)),
    );
    return committed.map((entry) => {
      const known = offsets.get(entry.topic)?.find(({ partition }) => partition === entry.partition);
      const high = known?.high ?? '0';
      const behind = BigInt(high) - BigInt(entry.offset ?? known?.low ?? '0');
      return { ...entry, high, lagCount: behind > 0n ? Number(behind) : 0 };
    });
  }

  /** Moves a group's committed offsets; only works while no member is in the group. Takes about 5 s. */
  async setGroupOffsets(
    group: string,
    topic: string,
    partitions: { partition: number; offset: string }[],
  ): Promise<void> {
    await this.call(`set offsets of group ${group}`, (admin) =>
      admin.setOffsets({ groupId: group, topic, partitions }),
    );
  }

  /** A group that is not there is fine. @throws {DependencyRefused} it still has members */
  async deleteGroup(group: string): Promise<void> {
    await this.call(`delete group ${group}`, async (admin) => {
      try {
        await admin.deleteGroups([group]);
      } catch (error) {
        if (!(error instanceof KafkaJSDeleteGroupsError)) throw error;
        const [failed] = error.groups;
        if (failed?.errorCode === GROUP_ID_NOT_FOUND) return;
        throw new DependencyRefused(`Kafka: group ${group} is not deleted`, { code: failed?.errorCode });
      }
    });
  }

  /** Gives a topic these settings; those that are not named fall back to the broker's. */
  async configureTopic(topic: string, config: Readonly<Record<string, string>>): Promise<void> {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await this.call(`configure ${topic}`, (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }],
      }),
    );
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    await this.call('delete topics', (admin) => admin.deleteTopics({ topics: [...topics] }));
  }

  async close(): Promise<void> {
    const connecting = this.connecting;
    this.connecting = undefined;
    await connecting?.then((admin) => admin.disconnect()).catch(() => undefined);
  }

  private async createTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
    const replicationFactor = this.options.replicationFactor ?? (await defaultReplicationFactor(admin));
    const topics = specs.map(({ name, partitions, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: Object.entries({ 'max.message.bytes': String(MAX_MESSAGE_BYTES), ...config }).map(
        ([entry, value]) => ({ name: entry, value }),
      ),
    }));
    try {
      // waitForLeaders throws when many topics are made at once (kafkajs 2.2.4); waitForLeaders() below does it right.
      await admin.createTopics({ topics, waitForLeaders: false });
    } catch (error) {
      // Another replica may have been quicker for some of them; kafkajs then reports those only.
      const there = new Set(await admin.listTopics());
      if (!specs.every(({ name }) => there.has(name))) throw error;
    }
  }

  private async waitForLeaders(specs: readonly TopicSpec[]): Promise<void> {
    const endsAt = Date.now() + METADATA_TIMEOUT_MS;
    for (;;) {
      const waiting = await this.withoutLeader(specs);
      if (waiting.length === 0) return;
      if (Date.now() > endsAt) {
        throw new DependencyUnavailable('Kafka: new topics have no leaders yet', { topics: waiting });
      }
      await new Promise((resolve) => setTimeout(resolve, METADATA_POLL_MS));
    }
  }

  private async withoutLeader(specs: readonly TopicSpec[]): Promise<string[]> {
    const names = specs.map(({ name }) => name);
    if (names.length === 0) return [];
    return this.call('read metadata', async (admin) => {
      // Listing first: asking for the metadata of a topic that is not there yet throws after seconds of retries.
      const there = new Set(await admin.listTopics());
      const missing = names.filter((name) => !there.has(name));
      if (missing.length > 0) return missing;
      const { topics } = await admin.fetchTopicMetadata({ topics: names });
      for (const { name, partitions } of specs) {
        const count = topics.find((topic) => topic.name === name)?.partitions.length;
        if (count !== undefined && count > 0 && count !== partitions) {
          log.warn('kafka.partition_count_differs', { topic: name, wanted: partitions, there: count });
        }
      }
      return topics
        .filter(
          ({ partitions }) => partitions.length === 0 || partitions.some((partition) => partition.leader < 0),
        )
        .map(({ name }) => name);
    });
  }

  private async call<T>(doing: string, work: (admin: Admin) => Promise<T>): Promise<T> {
    return untilDeadline(doing, CALL_TIMEOUT_MS, async () => work(await this.connected()));
  }

  private connected(): Promise<Admin> {
    if (this.connecting === undefined) {
      const connecting = untilDeadline(
        'connect the admin client',
        this.options.connectTimeoutMs,
        async () => {
          const admin = this.kafka.admin();
          await admin.connect();
          return admin;
        },
      );
      this.connecting = connecting;
      connecting.catch(() => {
        if (this.connecting === connecting) this.connecting = undefined;
      });
    }
    return this.connecting;
  }
}

async function defaultReplicationFactor(admin: Admin): Promise<number> {
  const { brokers } = await admin.describeCluster();
  return Math.min(REPLICATION_FACTOR_DEFAULT, brokers.length);
}
