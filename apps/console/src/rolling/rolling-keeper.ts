import { compileMap } from '@dualwrite/maps';
import type { Leases } from '@dualwrite/persistence';
import { differenceName } from '@dualwrite/proof';
import { DependencyRefused, log } from '@dualwrite/telemetry';
import type { DifferencesTold } from '../differences-told';
import { LeasedLoop } from '../leased-loop';
import type { StoredMap } from '../map-store';
import { problemStatusOf } from '../problems';
import type { FreshRows } from '../looks/fresh-rows';
import { lookAgain, lookAtPortion, type RollingSources } from './rolling-look';
import { behindPortion, firstRound, portionRowCount, restMs } from './rolling-round';
import type { RollingMap, RollingStore } from './rolling-store';

const TICK_MS = 1_000;
/** A side that does not answer is left alone for so long. */
const AWAY_MS = 60_000;
/** What is on its way looks like a difference: one that is still there after this long is one. */
const SECOND_LOOK_AFTER_MS = 30_000;
const SUSPECT_COUNT_MAX = 200;
/** References that were read longer ago than this are read anew. */
const REFERENCES_KEPT_MS = 600_000;

export interface RollingKeeperOptions extends RollingSources {
  readonly store: RollingStore;
  readonly leases: Leases;
  readonly told: Pick<DifferencesTold, 'tell'>;
  /** Maps that run, and have read both sides. */
  runningMaps(): Promise<readonly StoredMap[]>;
  /** Of maps that say nothing of their own; 0: none. */
  readonly rowsPerMinute: number;
  readonly secondLookAfterMs?: number;
  readonly tickMs?: number;
}

/** Compares both sides of all running maps all the time, a little at a time: one replica of the console. */
export class RollingKeeper {
  private readonly loop: LeasedLoop;
  private readonly nextAtMs = new Map<string, number>();
  private readonly fresh = new Map<
    string,
    { readonly rows: FreshRows; readonly of: string; readonly atMs: number }
  >();
  private readonly toldCounts = new Map<string, number>();

  constructor(private readonly options: RollingKeeperOptions) {
    const { leases, tickMs: everyMs = TICK_MS } = options;
    this.loop = new LeasedLoop({ name: 'rolling-verify', leases, everyMs, work: (lost) => this.tick(lost) });
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async tick(lost: AbortSignal): Promise<void> {
    const known = await this.options.store.maps();
    const isWanted =
      this.options.rowsPerMinute > 0 || [...known.values()].some(({ rowsPerMinute }) => rowsPerMinute);
    // Maps come with their definitions: they are not read every second for nothing.
    if (!isWanted) return;
    for (const map of await this.options.runningMaps()) {
      const rate = known.get(map.name)?.rowsPerMinute ?? this.options.rowsPerMinute;
      const isDue = (this.nextAtMs.get(map.name) ?? 0) <= Date.now();
      if (lost.aborted || rate === 0 || !isDue) continue;
      try {
        const rowCount = await this.work(map, rate);
        this.nextAtMs.set(map.name, Date.now() + restMs(rowCount, rate));
      } catch (error) {
        await this.endure(map.name, error);
      }
    }
    await this.tell(known);
  }

  /** @returns count of rows that were read */
  private async work(map: StoredMap, rate: number): Promise<number> {
    const { store, pairs } = this.options;
    const nowMs = Date.now();
    const rowCountMax = portionRowCount(rate);
    const suspects = await store.suspects(map.name, nowMs, Math.min(SUSPECT_COUNT_MAX, rowCountMax));
    if (suspects.length > 0) {
      // References may be what has changed since.
      this.fresh.delete(map.name);
      const still = await lookAgain(map, suspects, { fresh: this.freshOf(map), pairs });
      const names = new Set(still.map(differenceName));
      await store.confirm(map.name, still);
      await store.forget(
        map.name,
        suspects.filter((one) => !names.has(differenceName(one))),
      );
      return 2 * suspects.length;
    }
    const at = (await store.maps()).get(map.name)?.at ?? firstRound(nowMs);
    const look = await lookAtPortion(map, { ...at, rowCountMax }, { fresh: this.freshOf(map), pairs });
    const lookAtMs = nowMs + (this.options.secondLookAfterMs ?? SECOND_LOOK_AFTER_MS);
    await store.note(map.name, { ...look, round: at.round, lookAtMs });
    const { next, ended } = behindPortion(at, look, Date.now());
    await store.goOn(map.name, next);
    if (ended) {
      await store.endRound(map.name, ended, at.round);
      // Told again with each round: alerting may have been away.
      this.toldCounts.delete(map.name);
    }
    return look.rowCount;
  }

  /** A side may be away; a cursor that it takes no more begins the round anew. */
  private async endure(map: string, error: unknown): Promise<void> {
    this.nextAtMs.set(map, Date.now() + AWAY_MS);
    log.warn('rolling_verify.portion_failed', { map, error });
    const isRefused = error instanceof DependencyRefused || problemStatusOf(error) === 400;
    if (!isRefused) return;
    const at = (await this.options.store.maps()).get(map)?.at;
    if (at && at.cursor !== null)
      await this.options.store.goOn(map, { ...firstRound(Date.now()), round: at.round });
  }

  private freshOf(map: StoredMap): FreshRows {
    const of = `${map.version}`;
    const known = this.fresh.get(map.name);
    if (known && known.of === of && Date.now() - known.atMs < REFERENCES_KEPT_MS) return known.rows;
    const rows = this.options.freshRows(compileMap(map.definition, map.version));
    this.fresh.set(map.name, { rows, of, atMs: Date.now() });
    return rows;
  }

  private async tell(known: ReadonlyMap<string, RollingMap>): Promise<void> {
    const counts = await this.options.store.counts();
    const full = [...known.values()].filter(({ last }) => last !== null).map(({ map }) => map);
    const changed = [...new Set([...counts.keys(), ...full])].flatMap((map) => {
      const count = counts.get(map)?.unexplained ?? 0;
      return this.toldCounts.get(map) === count ? [] : [{ map, count }];
    });
    await this.options.told.tell(changed);
    for (const { map, count } of changed) this.toldCounts.set(map, count);
  }
}
