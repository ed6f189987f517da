import { isObserved, isPlanned, PARTITION_COUNTS, topicConfig, type MapRecord } from '@dualwrite/events';
import type { KafkaLink } from '@dualwrite/kafka';
import { columnSets, compileMap, MapNotResolved, type ColumnSet, type CompiledMap } from '@dualwrite/maps';
import { log } from '@dualwrite/telemetry';
import type { ConnectorIdentity } from '../connector-identity';
import type { ObservedTable } from '../side-port';
import type { SchemaCache } from './schema-cache';

/** Which tables to look at, with which columns: what all maps together want that are neither draft nor stopped. */
export class TrackedTables {
  private observed = new Map<string, ObservedTable>();
  private planned = new Map<string, readonly string[]>();
  /** A table that nobody wants any more may still have a write under way. */
  private readonly everKnown = new Map<string, ObservedTable>();
  private updating: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly identity: ConnectorIdentity,
    private readonly schemas: SchemaCache,
    private readonly link: KafkaLink,
  ) {}

  current(): ObservedTable[] {
    return [...this.observed.values()];
  }

  /** Maps that plan the table's rows now. */
  mapsOn(table: string): readonly string[] {
    return this.planned.get(table) ?? [];
  }

  isObserved(table: string): boolean {
    return this.observed.has(table);
  }

  find(table: string): ObservedTable | undefined {
    return this.observed.get(table) ?? this.everKnown.get(table);
  }

  /**
   * Takes over what the maps want now; topics are there before it resolves.
   *
   * @returns whether anything is different from before
   * @throws {SideUnavailable} the side's metadata cannot be read now
   */
  update(maps: readonly MapRecord[]): Promise<boolean> {
    const update = this.updating.then(() => this.takeOver(maps));
    this.updating = update.catch(() => undefined);
    return update;
  }

  private async takeOver(maps: readonly MapRecord[]): Promise<boolean> {
    const wanted = columnSets(maps.filter(({ desired }) => isObserved(desired)).flatMap(compiled));
    const own = [...wanted].flatMap(([name, set]): [string, ColumnSet][] => {
      const [side, table = ''] = name.split('/', 2);
      return side === this.identity.side && this.identity.serves(table) ? [[table, set]] : [];
    });
    const tables = new Map<string, ObservedTable>();
    for (const [table, set] of own) {
      const found = await this.tableOf(table, set);
      if (found) tables.set(table, found);
    }
    await this.ensureTopics(own.filter(([table]) => tables.has(table)));
    const before = this.observed;
    this.observed = tables;
    this.planned = this.mapsByTable(maps);
    for (const [name, table] of tables) this.everKnown.set(name, table);
    const isSame =
      before.size === tables.size &&
      [...tables].every(([name, table]) => before.get(name)?.columnSet === table.columnSet);
    if (!isSame) log.info('tables.tracked', { side: this.identity.side, tables: [...tables.keys()] });
    return !isSame;
  }

  private mapsByTable(maps: readonly MapRecord[]): Map<string, readonly string[]> {
    const byTable = new Map<string, readonly string[]>();
    for (const { name, table } of maps.filter(({ desired }) => isPlanned(desired)).flatMap(compiled)) {
      const own = table[this.identity.side];
      byTable.set(own, [...(byTable.get(own) ?? []), name]);
    }
    return byTable;
  }

  private async tableOf(table: string, set: ColumnSet): Promise<ObservedTable | undefined> {
    const schema = await this.schemas.find(table, set.columns);
    if (schema === undefined) {
      log.error('tables.unknown', { side: this.identity.side, table });
      return undefined;
    }
    const missing = set.columns.filter((column) => !schema.columns.has(column));
    if (missing.length > 0) log.error('tables.columns_missing', { side: this.identity.side, table, missing });
    const columns = [...new Set([...schema.key, ...set.columns])].filter((column) =>
      schema.columns.has(column),
    );
    return { schema, table, columns, kind: set.kind, columnSet: set.digest };
  }

  private async ensureTopics(tables: readonly [string, ColumnSet][]): Promise<void> {
    const { names, side } = this.identity;
    await this.link.ensureTopics(
      tables.flatMap(([table]) => {
        // A table that is only looked up today may have a map of its own tomorrow; the count is fixed at creation.
        const partitions = PARTITION_COUNTS.medium;
        return [
          { name: names.observations(side, table), partitions, config: topicConfig('observations') },
          { name: names.writes(side, table), partitions, config: topicConfig('writes') },
        ];
      }),
    );
  }
}

/** A map that this build cannot compile stops nobody else's. */
function compiled(map: MapRecord): CompiledMap[] {
  try {
    return [compileMap(map.definition, map.version)];
  } catch (error) {
    if (!(error instanceof MapNotResolved)) throw error;
    log.error('map.not_compiled', { map: map.name, version: map.version, error });
    return [];
  }
}
