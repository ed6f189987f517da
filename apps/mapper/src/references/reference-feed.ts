import { Inject, Injectable } from '@nestjs/common';
import { PARTITION_COUNTS, topicConfig, type Names } from '@dualwrite/events';
import { BatchStrategy, KafkaLink } from '@dualwrite/kafka';
import { inTransaction } from '@dualwrite/persistence';
import { DataSource } from 'typeorm';
import { positionsAtAssignment } from '../positions/positions-rule';
import { MapRuns } from '../runs/map-runs';
import { NAMES } from '../settings';
import { referenceColumns } from './reference-columns';
import type { ReferenceColumns } from './reference-writer';

export const REFERENCES = 'references';
/** Owner of the positions of the reference index, beside those of the maps. */
export const REFERENCES_OWNER = '@references';

const FETCH_BYTES_MIN = 262_144;
const FETCH_WAIT_MS_MAX = 100;

/** One group over the observations of all tables that any map looks up, mapped or not; it comes and goes with the maps. */
@Injectable()
export class ReferenceFeed {
  readonly group: string;
  private columns: ReadonlyMap<string, ReferenceColumns> = new Map();
  private attached = '';
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly runs: MapRuns,
    private readonly link: KafkaLink,
    private readonly strategy: BatchStrategy,
    private readonly database: DataSource,
    @Inject(NAMES) private readonly names: Names,
  ) {
    this.group = names.serviceGroup('mapper', REFERENCES);
  }

  columnsByTable(): ReadonlyMap<string, ReferenceColumns> {
    return this.columns;
  }

  /** Maps of this replica whose rows may point at rows of this table. */
  mapsPointingAt(table: string): readonly string[] {
    return this.runs
      .compiled()
      .filter((map) => map.lookups.some((lookup) => lookup.table === table))
      .map((map) => map.name);
  }

  /** Follows the maps: called after each change of one. */
  refresh(onFatal: (error: unknown) => void): void {
    this.queue = this.queue.then(() => this.follow()).catch(onFatal);
  }

  async stop(): Promise<void> {
    await this.queue;
    await this.strategy.detach(this.group);
  }

  private async follow(): Promise<void> {
    const columns = referenceColumns(this.runs.compiled());
    const wanted = JSON.stringify([...columns]);
    if (wanted === this.attached) return;
    await this.strategy.detach(this.group);
    this.columns = columns;
    this.attached = wanted;
    if (columns.size === 0) return;
    const topics = [...columns.keys()].sort().map((table) => this.names.observations('dataverse', table));
    await this.link.ensureTopics(
      topics.map((name) => ({
        name,
        partitions: PARTITION_COUNTS.medium,
        config: topicConfig('observations'),
      })),
    );
    await this.beginAnewWhereColumnsGrew(columns);
    await this.strategy.attach(REFERENCES, {
      group: this.group,
      topics,
      // Most of what comes is rows that nobody waits for: gathered for a moment, they cost far less.
      fetchBytesMin: FETCH_BYTES_MIN,
      fetchWaitMsMax: FETCH_WAIT_MS_MAX,
      positions: (assignment) =>
        positionsAtAssignment(this.database, this.names, { name: REFERENCES_OWNER, map: null }, assignment),
    });
  }

  /** What was taken in lacks a column that is asked for now: without a position, the topic is read from its beginning. */
  private async beginAnewWhereColumnsGrew(columns: ReadonlyMap<string, ReferenceColumns>): Promise<void> {
    await inTransaction(this.database, async (runner) => {
      for (const { table, keys, companyColumn } of columns.values()) {
        const all = companyColumn === null ? keys : [...keys, companyColumn];
        const [known] = (await runner.query(
          `select columns from reference_columns where table_name = $1 for update`,
          [table],
        )) as { columns: string[] }[];
        if (known && all.every((column) => known.columns.includes(column))) continue;
        const union = [...new Set([...(known?.columns ?? []), ...all])].sort();
        await runner.query(
          `insert into reference_columns (table_name, columns) values ($1, $2)
           on conflict (table_name) do update set columns = excluded.columns`,
          [table, JSON.stringify(union)],
        );
        await runner.query(`delete from map_position where map = $1 and topic = $2`, [
          REFERENCES_OWNER,
          this.names.observations('dataverse', table),
        ]);
      }
    });
  }
}
