import {
  decodeMessage,
  encodeMessage,
  Names,
  PARTITION_COUNTS,
  SIDES,
  topicConfig,
  type Observation,
} from '@dualwrite/events';
import { KafkaLink, type CompactedRecord, type OutgoingRecord } from '@dualwrite/kafka';
import { Client } from 'pg';
import path from 'node:path';
import { Child } from '../child';
import {
  accountObservation,
  BENCH_MAP,
  benchMapRecord,
  customerObservation,
  referenceObservations,
} from './bench-map';

const PUBLISH_COUNT_MAX = 1_000;
const POLL_MS = 10;
/** A change without a trace: what 99 of 100 changes carry. */
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
const PARTITION_COUNT = PARTITION_COUNTS.medium;
/** As the planner numbers the writes of a first mapper database (rule 24). */
const FIRST_INTENT = 1_000_000_001;

/** The mapper as it is shipped, in a process, a database and topics of its own; the bench plays the connectors. */
export class MapperWorld {
  private readonly names: Names;
  private readonly link: KafkaLink;
  private mapper: Child | undefined;
  private runEpoch = 0;
  private confirmedRunEpoch = 0;
  private editCount = 0;
  private pairIds: readonly string[] = [];

  private constructor(
    of: { brokers: readonly string[]; databaseUrl: string; prefix: string },
    private readonly sql: Client,
  ) {
    this.names = new Names(of.prefix);
    this.link = new KafkaLink({ brokers: of.brokers, clientId: `${of.prefix}-bench` });
  }

  static async start(of: {
    brokers: readonly string[];
    databaseUrl: string;
    prefix: string;
  }): Promise<MapperWorld> {
    const sql = new Client({ connectionString: of.databaseUrl });
    await sql.connect();
    const world = new MapperWorld(of, sql);
    await world.makeTopics();
    world.mapper = Child.start(path.resolve(__dirname, '../../../../apps/mapper/src/main.js'), {
      KAFKA_BROKERS: of.brokers.join(','),
      DATABASE_URL: of.databaseUrl,
      TOPIC_PREFIX: of.prefix,
      API_TOKEN: 'bench-token',
      LOG_LEVEL: 'warn',
      // The bench answers only once all edits are planned: nothing is to be sent again meanwhile.
      REDRIVE_AFTER_MS: '600000',
    });
    await world.mapper.answer('service.listening');
    await world.link.readCompacted({
      topic: world.names.status,
      groupPrefix: `${of.prefix}.bench`,
      onRecord: (record) => world.hear(record),
    });
    return world;
  }

  /** Pairs that agree, made in the way in which the product makes them. */
  async makePairs(count: number): Promise<void> {
    await this.setMap('running');
    await this.publish(referenceObservations());
    await this.until('the reference index is filled', `select count(*) >= 2 as ok from mapper.reference_key`);
    const numbers = Array.from({ length: count }, (_, number) => number);
    await this.publish(numbers.map((number) => customerObservation(number, '0')));
    await this.publish(numbers.map((number) => accountObservation(number, '0')));
    await this.cover();
    await this.until(
      'all pairs agree and both sides are covered',
      `select (select coalesce(sum(unchanged), 0) from mapper.book) = ${count}
        and (select count(*) from mapper.coverage) = ${2 * PARTITION_COUNT} as ok`,
    );
    await this.sql.query('vacuum analyze');
    const { rows } = await this.sql.query<{ pair_id: string }>(
      `select pair_id from mapper.pair_row where side = 'fo' order by native_id`,
    );
    this.pairIds = rows.map((row) => row.pair_id);
  }

  /** Every customer is edited once: each message leads to a write and a journal entry. */
  edits(): Observation[] {
    this.editCount += 1;
    return this.pairIds.map((_, number) => customerObservation(number, String(this.editCount)));
  }

  /** The connector's answers to those writes: each settles one, and the pair agrees. */
  answers(): Observation[] {
    const intent = FIRST_INTENT + this.editCount - 1;
    return this.pairIds.map((pairId, number) =>
      accountObservation(number, String(this.editCount), { pairId, intent }),
    );
  }

  /**
   * Publishes while the map is paused, resumes, and measures until everything has been handled and has left the outbox.
   *
   * @returns seconds per message
   */
  async measure(observations: readonly Observation[]): Promise<number> {
    const [first] = observations;
    if (!first) return Number.NaN;
    const topic = this.names.observations(first.side, first.table);
    await this.setMap('paused');
    await this.publish(observations);
    const before = await this.handledCount(topic);
    await this.setMap('running');
    const start = await this.progress(topic, before + 1);
    const end = await this.progress(topic, before + observations.length);
    await this.until('the outbox is empty', `select not exists (select 1 from mapper.outbox) as ok`);
    const seconds = (performance.now() - start.atMs) / 1_000;
    // What had been handled when the clock was started does not count.
    return seconds / (end.count - start.count);
  }

  async assertAgreed(): Promise<void> {
    const { rows } = await this.sql.query<{ open: string }>(`select sum(open) as open from mapper.book`);
    if (rows[0]?.open !== '0')
      throw new Error(`the bench is wrong: ${rows[0]?.open} writes are without an answer`);
  }

  async stop(): Promise<void> {
    await this.mapper?.stop();
    await this.sql.end();
    await this.link.close();
  }

  encoded(observation: Observation): OutgoingRecord {
    const { value, headers } = encodeMessage('observation', observation);
    return {
      topic: this.names.observations(observation.side, observation.table),
      key: observation.nativeId,
      value,
      headers: { ...headers, traceparent: TRACEPARENT },
    };
  }

  async publishRecords(records: readonly OutgoingRecord[]): Promise<void> {
    for (let from = 0; from < records.length; from += PUBLISH_COUNT_MAX) {
      await this.link.producer().publish(records.slice(from, from + PUBLISH_COUNT_MAX));
    }
  }

  /** Edits that were made for somebody else: the mapper has never seen them, and numbers its writes without them. */
  forgetEdits(): void {
    this.editCount = 0;
  }

  async execute(sql: string): Promise<void> {
    await this.sql.query(sql);
  }

  async ensureTopic(name: string): Promise<void> {
    await this.link.ensureTopics([{ name, partitions: PARTITION_COUNT }]);
  }

  private hear(record: CompactedRecord): void {
    const { message } = decodeMessage(record, 'status');
    if (message.kind === 'map' && message.service === 'mapper')
      this.confirmedRunEpoch = message.confirmedRunEpoch;
  }

  private publish(observations: readonly Observation[]): Promise<void> {
    return this.publishRecords(observations.map((observation) => this.encoded(observation)));
  }

  private async makeTopics(): Promise<void> {
    const tables = [
      'fo/CustomersV3',
      'dataverse/account',
      'dataverse/cdm_company',
      'dataverse/msdyn_customergroup',
    ];
    await this.link.ensureTopics([
      { name: this.names.maps, partitions: 1, config: topicConfig('maps') },
      { name: this.names.status, partitions: 1, config: topicConfig('status') },
      ...tables.map((name) => {
        const [side, table] = name.split('/') as ['fo' | 'dataverse', string];
        return {
          name: this.names.observations(side, table),
          partitions: PARTITION_COUNT,
          config: topicConfig('observations'),
        };
      }),
    ]);
  }

  private async cover(): Promise<void> {
    const markers = SIDES.flatMap((side) =>
      Array.from({ length: PARTITION_COUNT }, (_, partition) => ({
        side,
        table: side === 'fo' ? 'CustomersV3' : 'account',
        company: '*',
        partition,
        epoch: 1,
        coveredAt: new Date().toISOString(),
      })),
    );
    await this.publishRecords(
      markers.map((marker) => ({
        topic: this.names.observations(marker.side, marker.table),
        key: `coverage/${marker.partition}`,
        partition: marker.partition,
        ...encodeMessage('coverage', marker),
      })),
    );
  }

  /** Resolves once the mapper has taken the record over. */
  private async setMap(desired: 'running' | 'paused'): Promise<void> {
    this.runEpoch += 1;
    const record = benchMapRecord({ desired, runEpoch: this.runEpoch });
    await this.publishRecords([{ topic: this.names.maps, key: BENCH_MAP, ...encodeMessage('map', record) }]);
    while (this.confirmedRunEpoch < this.runEpoch) await pause();
  }

  private async handledCount(topic: string): Promise<number> {
    const { rows } = await this.sql.query<{ count: string }>(
      `select coalesce(sum(next_offset), 0) as count from mapper.map_position where map = $1 and topic = $2`,
      [BENCH_MAP, topic],
    );
    return Number(rows[0]?.count ?? 0);
  }

  private async progress(topic: string, countMin: number): Promise<{ count: number; atMs: number }> {
    for (;;) {
      const count = await this.handledCount(topic);
      if (count >= countMin) return { count, atMs: performance.now() };
      await pause();
    }
  }

  private async until(what: string, sql: string): Promise<void> {
    const endsAt = performance.now() + 120_000;
    for (;;) {
      const { rows } = await this.sql.query<{ ok: boolean }>(sql);
      if (rows[0]?.ok === true) return;
      if (performance.now() > endsAt) throw new Error(`the bench waited in vain until ${what}`);
      await pause();
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
