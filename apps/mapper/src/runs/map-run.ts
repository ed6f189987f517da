import {
  directionOf,
  isBulkVia,
  otherSide,
  servesCompany,
  type Backlog,
  type MapDirection,
  type MapRecord,
  type ObservedVia,
  type Side,
} from '@dualwrite/events';
import type { CompiledMap } from '@dualwrite/maps';
import { onlyTo, type Past } from '@dualwrite/planner';
import { Coverage } from '../coverage/coverage';
import { BulkShare } from '../redrive/bulk-credit';
import { NeedsMemo } from './needs-memo';

const SHADOW_GRACE_MS_DEFAULT = 300_000;

/** A map that this replica plans, under one record of `dw.maps`; another record makes another run. */
export class MapRun {
  readonly rules: CompiledMap;
  /** What rows need of the reference index. */
  readonly needs: NeedsMemo;
  readonly group: string;
  readonly topics: Readonly<Record<Side, string>>;
  readonly partitionCounts: Readonly<Record<Side, number>>;
  /** Of the mapper's database: numbers of intents begin with it (rule 24). */
  readonly mapperEpoch: number;
  /** As last read; it only grows while a run lasts, unless a register is restored. */
  coverage = Coverage.NONE;
  /** Highest register epoch heard of per side (rule 12). */
  readonly registerEpochs: Record<Side, number> = { fo: 0, dataverse: 0 };
  /** The database was restored, and the topics are not taken in yet: nothing is planned (rule 24). */
  isCatchingUp = false;
  /** Append time of the record that was handled last, in ms since 1970. */
  handledTimestampMs = 0;
  readonly bulkShare = new BulkShare();
  private readonly oneWay = new Map<MapDirection, CompiledMap>();
  private underWay = 0;
  private onIdle: (() => void)[] = [];

  constructor(
    readonly record: MapRecord,
    of: Pick<MapRun, 'rules' | 'group' | 'topics' | 'partitionCounts' | 'mapperEpoch'>,
  ) {
    this.rules = of.rules;
    this.needs = new NeedsMemo(of.rules);
    this.group = of.group;
    this.topics = of.topics;
    this.partitionCounts = of.partitionCounts;
    this.mapperEpoch = of.mapperEpoch;
  }

  get map(): string {
    return this.record.name;
  }

  /** Nothing of it is ever sent: somebody else keeps the sides in step. */
  get isShadow(): boolean {
    return this.record.desired === 'shadow';
  }

  /** In shadow: what the others have not done within this long counts as not done. */
  get shadowGraceMs(): number {
    return this.record.shadow?.graceMs ?? SHADOW_GRACE_MS_DEFAULT;
  }

  sideOf(topic: string): Side {
    return topic === this.topics.fo ? 'fo' : otherSide('fo');
  }

  serves(company: string | null): boolean {
    const { companies } = this.record;
    return companies === undefined || servesCompany(companies, company);
  }

  /** Those of the map, as far as they hold for the company: it may be that nothing is to be written on one side. */
  rulesFor(company: string | null): CompiledMap {
    const direction = directionOf(this.record.directions ?? {}, company);
    if (direction === 'both') return this.rules;
    const rules =
      this.oneWay.get(direction) ?? onlyTo(this.rules, direction === 'to-fo' ? 'fo' : 'dataverse');
    this.oneWay.set(direction, rules);
    return rules;
  }

  /**
   * What becomes of a record that came while the map was paused, or that a start found which skips the initial sync;
   * undefined: it travels.
   */
  pastAt(at: { topic: string; partition: number; offset: string; via: ObservedVia }): Past | undefined {
    const { backlog, skip } = this.record;
    if (backlog && isInFrontOf(backlog, at)) return backlog.mode;
    if (!skip) return undefined;
    if (isInFrontOf(skip, at)) return 'skip';
    // While the sides are read for the first time, what the reading finds was there before.
    return isBulkVia(at.via) && !this.coverage.isWhole ? 'skip-unmet' : undefined;
  }

  hear(side: Side, epoch: number): void {
    if (epoch > this.registerEpochs[side]) this.registerEpochs[side] = epoch;
  }

  /** Work that plans under this run; the run is confirmed as over only when none is left. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await work();
    } finally {
      this.underWay -= 1;
      if (this.underWay === 0) for (const resolve of this.onIdle.splice(0)) resolve();
    }
  }

  idle(): Promise<void> {
    if (this.underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.onIdle.push(resolve));
  }
}

function isInFrontOf(
  { ends }: Pick<Backlog, 'ends'>,
  { topic, partition, offset }: { topic: string; partition: number; offset: string },
): boolean {
  const end = ends[topic]?.[partition];
  return end !== undefined && BigInt(offset) < BigInt(end);
}
