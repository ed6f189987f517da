import { Inject, Injectable } from '@nestjs/common';
import {
  isObserved,
  isPlanned,
  PARTITION_COUNTS,
  SIDES,
  topicConfig,
  type MapRecord,
  type Names,
  type Side,
} from '@dualwrite/events';
import { BatchStrategy, KafkaLink } from '@dualwrite/kafka';
import { compileMap, MapNotResolved, referenceCycles, type CompiledMap } from '@dualwrite/maps';
import { MapsState, StoreBeats, StoreLife } from '@dualwrite/service';
import { log } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { positionsAtAssignment } from '../positions/positions-rule';
import { CONNECTOR_STORES } from '../restore/connector-stores';
import { MAPPER_SETTINGS, NAMES, type MapperSettings } from '../settings';
import { MapRun } from './map-run';
import { RunStore } from './run-store';

const OBSERVATIONS_PATTERN = 'observations';

/** What a replica does for a map, as it tells the console. */
export interface RunReport {
  readonly record: MapRecord;
  readonly run: MapRun | null;
  /** Nothing of an older run is under way here. */
  readonly confirmedRunEpoch: number;
  /** Why the map cannot be planned. */
  readonly problem: string | null;
}

/** The maps that this replica plans: each in a consumer group of its own that comes and goes with the map's state. */
@Injectable()
export class MapRuns {
  private readonly reports = new Map<string, RunReport>();
  private readonly byGroup = new Map<string, MapRun>();
  private readonly store: RunStore;
  private queue: Promise<void> = Promise.resolve();
  private onChange: () => void = () => undefined;

  constructor(
    private readonly maps: MapsState,
    private readonly link: KafkaLink,
    private readonly strategy: BatchStrategy,
    private readonly database: DataSource,
    private readonly life: StoreLife,
    private readonly beats: StoreBeats,
    @Inject(NAMES) private readonly names: Names,
    @Inject(MAPPER_SETTINGS) private readonly settings: MapperSettings,
  ) {
    this.store = new RunStore(settings.REDRIVE_AFTER_MS);
  }

  /** Runs being planned here. */
  all(): MapRun[] {
    return [...this.byGroup.values()];
  }

  ofGroup(group: string): MapRun | undefined {
    return this.byGroup.get(group);
  }

  /** Of a map that runs or is paused. */
  rulesOf(map: string): CompiledMap | undefined {
    return this.compiled().find(({ name }) => name === map);
  }

  report(): readonly RunReport[] {
    return [...this.reports.values()];
  }

  /** Compiled maps that this replica knows and that are not stopped: their lookups need the reference index. */
  compiled(): CompiledMap[] {
    return [...this.reports.values()].flatMap(({ run, record }) => {
      if (run) return [run.rules];
      if (record.desired !== 'paused') return [];
      const compiled = compileRecord(record);
      return typeof compiled === 'string' ? [] : [compiled];
    });
  }

  /** @param onChange called after each change of a map has been taken over */
  start(onChange: () => void, onFatal: (error: unknown) => void): void {
    this.onChange = onChange;
    const follow = (): void => {
      this.queue = this.queue.then(() => this.reconcile()).catch(onFatal);
    };
    this.maps.onChange(follow);
    this.beats.onChange(() => this.hearStores(this.all()));
    follow();
  }

  async stop(): Promise<void> {
    await this.queue;
    await Promise.all(this.all().map(({ group }) => this.strategy.detach(group)));
    this.byGroup.clear();
  }

  private async reconcile(): Promise<void> {
    const records = this.maps.maps().filter(({ name }) => this.isSelected(name));
    const cycles = cyclesOf(records);
    for (const record of records) {
      const known = this.reports.get(record.name);
      const follows = cycles.get(record.name);
      if (known && isSameRun(known.record, record) && isSameSet(known.run?.rules.follows, follows)) continue;
      await this.takeOver(record, known, follows);
      this.onChange();
    }
    const names = new Set(records.map(({ name }) => name));
    for (const [name, { run }] of this.reports) {
      if (names.has(name)) continue;
      if (run) await this.end(run);
      this.reports.delete(name);
      this.onChange();
    }
  }

  private async takeOver(
    record: MapRecord,
    known: RunReport | undefined,
    follows: ReadonlySet<string> | undefined,
  ): Promise<void> {
    const compiled = isPlanned(record.desired) ? compileRecord(record, follows) : null;
    const before = known?.run ?? null;
    if (compiled === null || typeof compiled === 'string') {
      if (before) await this.end(before);
      this.reports.set(record.name, {
        record,
        run: null,
        confirmedRunEpoch: record.runEpoch,
        problem: compiled,
      });
      if (compiled !== null) log.error('map.not_compiled', { map: record.name, reason: compiled });
      return;
    }
    const run = await this.makeRun(record, compiled, before);
    if (before && !isSameSet(before.rules.follows, follows))
      await this.store.wakeWaiting(this.database, record.name);
    // Batches that come from here on plan under the new run; those under way still end under the old one.
    this.byGroup.set(run.group, run);
    const isAttached = before !== null && SIDES.every((side) => before.topics[side] === run.topics[side]);
    if (before && !isAttached) await this.strategy.detach(before.group);
    if (!isAttached) await this.attach(run);
    await before?.idle();
    this.reports.set(record.name, { record, run, confirmedRunEpoch: record.runEpoch, problem: null });
    log.info('map.taken_over', { map: record.name, version: record.version, runEpoch: record.runEpoch });
  }

  private async makeRun(record: MapRecord, rules: CompiledMap, before: MapRun | null): Promise<MapRun> {
    const topics = {
      fo: this.names.observations('fo', rules.table.fo),
      dataverse: this.names.observations('dataverse', rules.table.dataverse),
    };
    await this.link.ensureTopics(
      SIDES.flatMap((side) => [
        { name: topics[side], partitions: PARTITION_COUNTS.medium, config: topicConfig('observations') },
        {
          name: this.names.writes(side, rules.table[side]),
          partitions: PARTITION_COUNTS.medium,
          config: topicConfig('writes'),
        },
      ]),
    );
    const partitionCounts = {
      fo: await this.link.admin.partitionCount(topics.fo),
      dataverse: await this.link.admin.partitionCount(topics.dataverse),
    };
    const group = this.names.mapGroup(record.name);
    const mapperEpoch = this.life.epoch;
    const isCatchingUp = await this.store.takeOver(this.database, record, {
      mapperEpoch,
      hasPast: () => this.hasPast(group, topics),
    });
    const run = new MapRun(record, { rules, group, topics, partitionCounts, mapperEpoch });
    this.hearStores([run]);
    run.isCatchingUp = isCatchingUp;
    Object.assign(run.registerEpochs, before?.registerEpochs);
    run.handledTimestampMs = before?.handledTimestampMs ?? 0;
    const runner = this.database.createQueryRunner();
    try {
      for (const { side, epoch } of await this.store.registerEpochs(runner, record.name)) {
        run.hear(side, epoch);
      }
    } finally {
      await runner.release();
    }
    return run;
  }

  /**
   * A restored register says so long before it has looked at its rows (rule 23). Whatever is planned on what it knew
   * before comes back in doubt (rule 12), so nothing is from here on.
   */
  private hearStores(runs: readonly MapRun[]): void {
    for (const side of SIDES) {
      const epoch = this.beats.told(CONNECTOR_STORES[side])?.epoch ?? 0;
      for (const run of runs) run.hear(side, epoch);
    }
  }

  /** Has any mapper ever planned this map? Its group's offsets tell, though the database does not know it. */
  private async hasPast(group: string, topics: Readonly<Record<Side, string>>): Promise<boolean> {
    const committed = await this.link.admin.groupOffsets(group, Object.values(topics));
    return committed.some(({ offset }) => offset !== null);
  }

  private async attach(run: MapRun): Promise<void> {
    const owner = { name: run.map, map: run.map };
    await this.strategy.attach(OBSERVATIONS_PATTERN, {
      group: run.group,
      topics: [run.topics.fo, run.topics.dataverse],
      batchRecordCountMax: this.settings.BATCH_COUNT_MAX,
      positions: (assignment) => positionsAtAssignment(this.database, this.names, owner, assignment),
    });
  }

  private async end(run: MapRun): Promise<void> {
    this.byGroup.delete(run.group);
    await this.strategy.detach(run.group);
    await run.idle();
    log.info('map.ended', { map: run.map });
  }

  private isSelected(name: string): boolean {
    return this.settings.MAPS.length === 0 || this.settings.MAPS.includes(name);
  }
}

function isSameRun(left: MapRecord, right: MapRecord): boolean {
  return (
    left.runEpoch === right.runEpoch &&
    left.version === right.version &&
    left.desired === right.desired &&
    JSON.stringify(left.companies) === JSON.stringify(right.companies) &&
    JSON.stringify(left.directions) === JSON.stringify(right.directions) &&
    JSON.stringify(left.deleteLimit) === JSON.stringify(right.deleteLimit) &&
    left.baseline === right.baseline
  );
}

/** Among the maps that are not stopped; one that this build cannot compile points nowhere. */
function cyclesOf(records: readonly MapRecord[]): ReadonlyMap<string, ReadonlySet<string>> {
  const compiled = records.filter(({ desired }) => isObserved(desired)).map((record) => compileOnce(record));
  return referenceCycles(compiled.filter((map) => typeof map !== 'string'));
}

/** By definition: all maps are looked at whenever one changes. */
const compiledDefinitions = new WeakMap<object, CompiledMap | string>();

function compileOnce(record: MapRecord): CompiledMap | string {
  const { definition } = record;
  if (typeof definition !== 'object' || definition === null) return compileRecord(record);
  const compiled = compiledDefinitions.get(definition) ?? compileRecord(record);
  compiledDefinitions.set(definition, compiled);
  return compiled;
}

function isSameSet(before: readonly string[] | undefined, now: ReadonlySet<string> | undefined): boolean {
  if (before === undefined) return true;
  return before.length === (now?.size ?? 0) && before.every((table) => now?.has(table));
}

/** A definition that this build cannot compile keeps its own map from running, and no other. */
function compileRecord(record: MapRecord, follows: ReadonlySet<string> = new Set()): CompiledMap | string {
  try {
    return compileMap(record.definition, record.version, { follows });
  } catch (error) {
    if (error instanceof MapNotResolved) return error.message;
    throw error;
  }
}
