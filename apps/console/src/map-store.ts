import {
  encodeMessage,
  Names,
  type Backlog,
  type Companies,
  type DeleteLimit,
  type DesiredState,
  type Directions,
  type MapRecord,
  type Shadow,
} from '@dualwrite/events';
import { appendOutbox, inTransaction } from '@dualwrite/persistence';
import type { ResolvedMap } from '@dualwrite/maps';
import { InvariantBroken } from '@dualwrite/telemetry';
import type { DataSource, QueryRunner } from 'typeorm';
import { changeCompanies, type CompanyChange } from './companies';
import { changeDirections, type DirectionChange } from './directions';
import { transition, type LifecycleAct, type Run } from './lifecycle';
import { mapJournalRecord, type MapDeed } from './map-journal';
import { digestOf } from './stable-json';

/** A map as the console keeps it. */
export interface StoredMap {
  readonly name: string;
  readonly version: number;
  readonly definition: ResolvedMap;
  readonly run: Run;
  readonly changedAt: string;
  /** Who moved it into its state, and why; null: nobody said. */
  readonly actedBy: string | null;
  readonly reason: string | null;
  /** Empty: all. */
  readonly companies: Companies;
  /** What it says of its own; empty: as the service says. */
  readonly deleteLimit: Partial<DeleteLimit>;
  /** Empty: both ways. */
  readonly directions: Directions;
}

/** One act on some maps. */
export interface ActOrder {
  readonly act: LifecycleAct;
  readonly names: readonly string[];
  readonly actor: string;
  readonly reason?: string | undefined;
  /** Of a resume: by map, what becomes of the changes that came meanwhile. */
  readonly backlogs?: ReadonlyMap<string, Backlog>;
  /** Of a start: by map, where the past ends that does not travel. */
  readonly skips?: ReadonlyMap<string, Pick<Backlog, 'ends'>>;
  /** Of a shadow. */
  readonly shadow?: Shadow | undefined;
  /** Nobody asked for it just now: a rule or a schedule did. */
  readonly isAutomatic?: boolean;
}

export interface AppliedMap {
  readonly name: string;
  readonly version: number;
  readonly action: 'created' | 'updated' | 'unchanged';
}

export type ActResult =
  | { readonly kind: 'done'; readonly map: StoredMap }
  | { readonly kind: 'refused'; readonly map: StoredMap; readonly code: string; readonly text: string };

export class UnknownMaps extends Error {
  constructor(readonly names: readonly string[]) {
    super(`unknown maps: ${names.join(', ')}`);
  }
}

const STATE_COLUMNS = `name, version, digest, desired, run_epoch, baseline, start_epoch, changed_at, backlog, skip, shadow,
  acted_by, reason, companies, delete_limit, directions`;
const AMENDABLE = {
  companies: { column: 'companies', act: 'companies' },
  deleteLimit: { column: 'delete_limit', act: 'delete-limit' },
  directions: { column: 'directions', act: 'direction' },
} as const;

/** The maps in Postgres. What changes one also puts its record for dw.maps into the outbox, in the same transaction. */
export class MapStore {
  /** As last read, by map: a definition is large, and most questions are about a map's state. */
  private readonly known = new Map<string, Pick<MapRow, 'digest' | 'definition'>>();

  constructor(
    private readonly database: DataSource,
    private readonly names: Names,
  ) {}

  async list(): Promise<readonly StoredMap[]> {
    return this.read(new Map(this.known), 'ORDER BY name');
  }

  async find(name: string): Promise<StoredMap | undefined> {
    const known = this.known.get(name);
    const [found] = await this.read(new Map(known && [[name, known]]), 'WHERE name = $3', name);
    return found;
  }

  /**
   * Definitions come only where the digest says that they are others than the known ones.
   *
   * @param which clause of the statement; its own parameters begin at $3
   */
  private async read(
    known: ReadonlyMap<string, Pick<MapRow, 'digest' | 'definition'>>,
    which: string,
    ...parameters: readonly string[]
  ): Promise<readonly StoredMap[]> {
    const rows: (Omit<MapRow, 'definition'> & { definition: ResolvedMap | null })[] =
      await this.database.query(
        `SELECT ${STATE_COLUMNS}, CASE WHEN (name, digest) IN (SELECT * FROM unnest($1::text[], $2::text[]))
           THEN NULL ELSE definition END AS definition FROM map ${which}`,
        [[...known.keys()], [...known.values()].map(({ digest }) => digest), ...parameters],
      );
    return rows.map((row) => {
      const definition = row.definition ?? known.get(row.name)?.definition;
      if (!definition) throw new InvariantBroken('a map came without its definition', { map: row.name });
      this.known.set(row.name, { digest: row.digest, definition });
      return asStored({ ...row, definition });
    });
  }

  /** All of them or none; a definition that says the same as the stored one changes nothing. */
  apply(definitions: readonly ResolvedMap[], actor: string): Promise<readonly AppliedMap[]> {
    return inTransaction(this.database, async (runner) => {
      const applied = new Map<string, AppliedMap>();
      // In order of name, so that two callers never wait for each other in a ring.
      for (const definition of [...definitions].sort((left, right) => compare(nameOf(left), nameOf(right)))) {
        applied.set(nameOf(definition), await this.applyOne(runner, definition, actor));
      }
      return definitions.map((definition) => applied.get(nameOf(definition)) as AppliedMap);
    });
  }

  /** @throws {UnknownMaps} nothing was done */
  act(order: ActOrder): Promise<readonly ActResult[]> {
    const { names } = order;
    return inTransaction(this.database, async (runner) => {
      const rows: MapRow[] = await runner.query(
        `SELECT * FROM map WHERE name = ANY($1) ORDER BY name FOR UPDATE`,
        [names],
      );
      const maps = new Map(rows.map((row) => [row.name, asStored(row)]));
      const unknown = names.filter((name) => !maps.has(name));
      if (unknown.length > 0) throw new UnknownMaps(unknown);
      const results: ActResult[] = [];
      const changedAt = new Date().toISOString();
      for (const map of maps.values()) results.push(await this.actOnOne(runner, order, map, changedAt));
      return results;
    });
  }

  /** @throws {UnknownMaps} nothing was done */
  changeCompanies(name: string, change: CompanyChange, actor: string): Promise<StoredMap> {
    return this.amend(name, actor, 'companies', ({ companies }) => changeCompanies(companies, change));
  }

  /** @throws {UnknownMaps} nothing was done */
  setDeleteLimit(name: string, limit: Partial<DeleteLimit>, actor: string): Promise<StoredMap> {
    return this.amend(name, actor, 'deleteLimit', () => limit);
  }

  /** @throws {UnknownMaps} nothing was done */
  setDirection(name: string, change: DirectionChange, actor: string): Promise<StoredMap> {
    return this.amend(name, actor, 'directions', ({ directions }) => changeDirections(directions, change));
  }

  /** Changes something of a map that no run hangs on: whoever plans it takes it over as it goes. */
  private amend<Part extends keyof typeof AMENDABLE>(
    name: string,
    actor: string,
    part: Part,
    change: (map: StoredMap) => StoredMap[Part],
  ): Promise<StoredMap> {
    return inTransaction(this.database, async (runner) => {
      const [row]: MapRow[] = await runner.query(`SELECT * FROM map WHERE name = $1 FOR UPDATE`, [name]);
      if (row === undefined) throw new UnknownMaps([name]);
      const map = asStored(row);
      const value = change(map);
      if (JSON.stringify(value) === JSON.stringify(map[part])) return map;
      const { column, act } = AMENDABLE[part];
      const changedAt = new Date().toISOString();
      const changed = { ...map, [part]: value, changedAt };
      await runner.query(`UPDATE map SET ${column} = $2, changed_at = $3 WHERE name = $1`, [
        name,
        JSON.stringify(value),
        changedAt,
      ]);
      await this.publish(runner, changed);
      await audit(runner, { at: changedAt, actor, act, map: name, detail: { [part]: value } });
      const text = `${act} by ${actor}: ${JSON.stringify(value)}`;
      await this.journal(runner, { map: name, mapVersion: map.version, at: changedAt, act, text });
      return changed;
    });
  }

  private async applyOne(runner: QueryRunner, definition: ResolvedMap, actor: string): Promise<AppliedMap> {
    const name = nameOf(definition);
    const digest = digestOf(definition);
    const changedAt = new Date().toISOString();
    const created: unknown[] = await runner.query(
      `INSERT INTO map (name, version, definition, digest, desired, run_epoch, baseline, start_epoch, changed_at)
       VALUES ($1, 1, $2, $3, 'draft', 0, 0, 0, $4) ON CONFLICT (name) DO NOTHING RETURNING name`,
      [name, JSON.stringify(definition), digest, changedAt],
    );
    const [row]: MapRow[] = await runner.query(`SELECT * FROM map WHERE name = $1 FOR UPDATE`, [name]);
    if (row === undefined) throw new UnknownMaps([name]);
    const isNew = created.length > 0;
    if (!isNew && row.digest === digest) return { name, version: row.version, action: 'unchanged' };
    const version = isNew ? row.version : row.version + 1;
    if (!isNew) {
      await runner.query(
        `UPDATE map SET version = $2, definition = $3, digest = $4, changed_at = $5 WHERE name = $1`,
        [name, version, JSON.stringify(definition), digest, changedAt],
      );
    }
    await runner.query(
      `INSERT INTO map_version (name, version, definition, created_at, created_by) VALUES ($1, $2, $3, $4, $5)`,
      [name, version, JSON.stringify(definition), changedAt, actor],
    );
    await this.publish(runner, { ...asStored(row), version, definition, changedAt });
    const action = isNew ? 'created' : 'updated';
    await audit(runner, { at: changedAt, actor, act: 'apply', map: name, detail: { version, action } });
    const text = `version ${version} ${action} by ${actor}`;
    await this.journal(runner, { map: name, mapVersion: version, at: changedAt, act: 'apply', text });
    return { name, version, action };
  }

  private async actOnOne(
    runner: QueryRunner,
    { act, actor, reason: said, backlogs, skips, shadow, isAutomatic = false }: ActOrder,
    map: StoredMap,
    changedAt: string,
  ): Promise<ActResult> {
    const terms = { backlog: backlogs?.get(map.name), skip: skips?.get(map.name), shadow };
    const moved = transition(map.run, act, terms);
    if (moved.kind === 'refused') return { kind: 'refused', map, code: moved.code, text: moved.text };
    if (moved.kind === 'same') return { kind: 'done', map };
    const { run } = moved;
    const reason = said ?? null;
    const changed: StoredMap = { ...map, run, changedAt, actedBy: actor, reason };
    const backlog = run.backlog ? JSON.stringify(run.backlog) : null;
    await runner.query(
      `UPDATE map SET desired = $2, run_epoch = $3, baseline = $4, start_epoch = $5, changed_at = $6, backlog = $7,
         acted_by = $8, reason = $9, skip = $10, shadow = $11 WHERE name = $1`,
      [
        ...[map.name, run.desired, run.runEpoch, run.baseline, run.startEpoch, changedAt],
        ...[backlog, actor, reason, run.skip ? JSON.stringify(run.skip) : null],
        run.shadow ? JSON.stringify(run.shadow) : null,
      ],
    );
    await this.publish(runner, changed);
    const mode = run.backlog?.mode ?? null;
    const isSkipped = act === 'start' && run.skip !== undefined;
    const detail = { runEpoch: run.runEpoch, backlog: mode, ...(isSkipped && { skip: true }), reason };
    await audit(runner, { at: changedAt, actor, act, map: map.name, detail });
    const manner = isSkipped ? ' (without initial sync)' : mode === null ? '' : ` (backlog: ${mode})`;
    await this.journal(runner, {
      map: map.name,
      mapVersion: map.version,
      at: changedAt,
      act,
      text: `${act}${manner} by ${actor}${reason === null ? '' : `: ${reason}`}`,
      severity: isAutomatic ? 'warning' : 'info',
    });
    return { kind: 'done', map: changed };
  }

  private async publish(runner: QueryRunner, map: StoredMap): Promise<void> {
    const { name, version, definition, changedAt } = map;
    const { desired, runEpoch, baseline, backlog, skip, shadow } = map.run;
    const record: MapRecord = {
      ...{ name, version, definition, desired, runEpoch, baseline },
      ...(backlog && { backlog }),
      ...(skip && { skip }),
      ...(shadow && { shadow }),
      ...(Object.keys(map.companies).length > 0 && { companies: map.companies }),
      ...(Object.keys(map.deleteLimit).length > 0 && { deleteLimit: map.deleteLimit }),
      ...(Object.keys(map.directions).length > 0 && { directions: map.directions }),
      changedAt,
    };
    await appendOutbox(runner, [{ topic: this.names.maps, key: name, ...encodeMessage('map', record) }]);
  }

  private async journal(runner: QueryRunner, deed: MapDeed): Promise<void> {
    await appendOutbox(runner, [mapJournalRecord(this.names, deed)]);
  }
}

interface MapRow {
  readonly name: string;
  readonly version: number;
  readonly definition: ResolvedMap;
  readonly digest: string;
  readonly desired: DesiredState;
  readonly run_epoch: number;
  readonly baseline: number;
  readonly start_epoch: number;
  readonly changed_at: Date;
  readonly backlog: Backlog | null;
  readonly skip: Pick<Backlog, 'ends'> | null;
  readonly shadow: Shadow | null;
  readonly acted_by: string | null;
  readonly reason: string | null;
  readonly companies: Companies | null;
  readonly delete_limit: Partial<DeleteLimit> | null;
  readonly directions: Directions | null;
}

function asStored(row: MapRow): StoredMap {
  return {
    name: row.name,
    version: row.version,
    definition: row.definition,
    run: {
      desired: row.desired,
      runEpoch: row.run_epoch,
      baseline: row.baseline,
      startEpoch: row.start_epoch,
      ...(row.backlog && { backlog: row.backlog }),
      ...(row.skip && { skip: row.skip }),
      ...(row.shadow && { shadow: row.shadow }),
    },
    changedAt: row.changed_at.toISOString(),
    actedBy: row.acted_by,
    reason: row.reason,
    companies: row.companies ?? {},
    deleteLimit: row.delete_limit ?? {},
    directions: row.directions ?? {},
  };
}

async function audit(
  runner: QueryRunner,
  entry: { at: string; actor: string; act: string; map: string; detail: Readonly<Record<string, unknown>> },
): Promise<void> {
  await runner.query(`INSERT INTO audit (at, actor, act, map, detail) VALUES ($1, $2, $3, $4, $5)`, [
    entry.at,
    entry.actor,
    entry.act,
    entry.map,
    JSON.stringify(entry.detail),
  ]);
}

function nameOf(definition: ResolvedMap): string {
  return definition.metadata.name;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
