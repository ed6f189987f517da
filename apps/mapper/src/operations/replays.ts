import { Inject, Injectable } from '@nestjs/common';
import { SIDES, type Names } from '@dualwrite/events';
import { KafkaLink } from '@dualwrite/kafka';
import { askedKeys } from '@dualwrite/maps';
import { DataSource } from 'typeorm';
import type { MapRun } from '../runs/map-run';
import { MapRuns } from '../runs/map-runs';
import { NAMES } from '../settings';
import type { Operation, ReplayAsked } from './operation';
import { OperationStore } from './operation-store';

export interface NewReplay {
  readonly map: string;
  /** Every row that was seen since this time ... */
  readonly fromMs?: number;
  /** ... or since these offsets, `TOPIC/PARTITION`; partitions that are not named are left out ... */
  readonly offsets?: Readonly<Record<string, string>>;
  /** ... or these rows: business keys, native ids of either side, pair ids. */
  readonly rows?: readonly string[];
  readonly preview: boolean;
  /** Both sides are read afresh first. */
  readonly read: boolean;
  readonly ratePerSecond: number;
  readonly reason?: string;
}

/** Replays, as they are asked for. */
@Injectable()
export class Replays {
  private readonly store: OperationStore;

  constructor(
    database: DataSource,
    private readonly link: KafkaLink,
    private readonly runs: MapRuns,
    @Inject(NAMES) names: Names,
  ) {
    this.store = new OperationStore(database, names);
  }

  /** @returns `undefined`: the map is not planned here now; a text: what is wrong with the window */
  async create(replay: NewReplay): Promise<Operation | string | undefined> {
    const { map, rows, preview, read, ratePerSecond, reason } = replay;
    const run = this.runs.all().find((one) => one.map === map);
    if (!run) return undefined;
    const window = rows ? null : await this.windowOf(run, replay);
    if (typeof window === 'string') return window;
    const asked: ReplayAsked = { preview, read, window, reason, selection: selectionOf(replay) };
    const order = { kind: 'replay', map, state: 'running', asked, ratePerSecond } as const;
    if (!rows) return this.store.create({ ...order, progress: { phase: 'choosing' } });
    return this.store.create(
      { ...order, progress: { phase: 'examining' } },
      {
        sql: `select pair_id from pair where map = $2 and (key = any($5) or pair_id::text = any($4))
          union select pair_id from pair_row where map = $2 and (native_id = any($3) or native_id = any($4))`,
        parameters: [rows, rows.map((row) => row.toLowerCase()), rows.flatMap(askedKeys)],
      },
    );
  }

  private async windowOf(
    run: MapRun,
    { fromMs, offsets = {} }: NewReplay,
  ): Promise<ReplayAsked['window'] | string> {
    const window: Record<string, string[]> = {};
    for (const side of SIDES) {
      const topic = run.topics[side];
      const ends = await this.link.admin.topicOffsets(topic);
      const since =
        fromMs === undefined
          ? ends.map(({ partition, high }) => ({
              partition,
              offset: offsets[`${topic}/${partition}`] ?? high,
            }))
          : await this.link.admin.topicOffsetsByTime(topic, fromMs);
      const begin = ends.map(({ high }) => high);
      for (const { partition, offset } of since)
        begin[partition] = offset === '-1' ? (begin[partition] ?? '0') : offset;
      window[topic] = begin;
    }
    const known = new Set(
      Object.entries(window).flatMap(([topic, list]) => list.map((_, n) => `${topic}/${n}`)),
    );
    const wrong = Object.keys(offsets).filter((place) => !known.has(place));
    return wrong.length === 0
      ? window
      : `map ${run.map} has no ${wrong.join(', ')}; its topics are ${Object.keys(window).join(' and ')}`;
  }
}

function selectionOf({ fromMs, offsets, rows }: NewReplay): string {
  if (rows) return `${rows.length} rows`;
  if (fromMs !== undefined) return `since ${new Date(fromMs).toISOString()}`;
  return `since ${Object.entries(offsets ?? {})
    .map(([place, offset]) => `${place}:${offset}`)
    .join(', ')}`;
}
