import { Inject, Injectable } from '@nestjs/common';
import { SIDES, type Names, type Side } from '@dualwrite/events';
import { KafkaLink, type KafkaRecord } from '@dualwrite/kafka';
import { inTransaction } from '@dualwrite/persistence';
import { startChange } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { decodeRecord } from '../batch/decode-records';
import type { WorkItem } from '../examine/work-item';
import { NAMES } from '../settings';
import type { ReplayAsked, ReplayProgress } from './operation';
import type { OperationWork, Portion } from './portion';
import { OperationStore } from './operation-store';
import { FreshReads } from './fresh-reads';
import { newsOf, pairsOfRows } from './rows-of-window';

const SLOT = 'replay';

/**
 * Examines again every row that was seen since a time or an offset, or those of some keys. The rows of a window are read
 * from the observation topics by a group of its own (`dw.mapper.MAP.replay.*`), beside the map's own: live changes do not
 * wait. What agrees costs nothing; what differs is planned like any other change.
 */
@Injectable()
export class ReplayWork implements OperationWork {
  private readonly store: OperationStore;

  constructor(
    private readonly database: DataSource,
    private readonly link: KafkaLink,
    private readonly reads: FreshReads,
    @Inject(NAMES) private readonly names: Names,
  ) {
    this.store = new OperationStore(database, names);
  }

  async portion(portion: Portion): Promise<boolean> {
    const { run, operation, countMax, examine } = portion;
    const asked = operation.asked as ReplayAsked;
    const { phase } = operation.progress as unknown as ReplayProgress;
    if (phase === 'choosing') {
      await this.choose(portion, asked);
      return true;
    }
    const open = await this.store.open(operation.id, countMax);
    if (open.length === 0) return false;
    const pairIds = open.map(({ pairId }) => pairId);
    if (asked.preview) {
      await this.preview(portion, open);
      return open.length === countMax;
    }
    if (asked.read) await this.reads.readAfresh(run, pairIds);
    await examine({ items: pairIds.map(again), slot: SLOT });
    await this.store.note(
      operation.id,
      open.map(({ n }) => n),
    );
    return open.length === countMax;
  }

  /** All of the window again after a crash: what was chosen before is chosen anew. */
  private async choose(portion: Portion, { window, preview }: ReplayAsked): Promise<void> {
    const { run, operation } = portion;
    const chosen = new Set<string>();
    const unknown = { count: 0 };
    if (window) {
      await this.link.readToEnd(
        {
          topics: SIDES.map((side) => run.topics[side]),
          groupPrefix: `${this.names.mapGroup(run.map)}.replay`,
          from: window,
        },
        async ({ topic, records }) => {
          const side = run.sideOf(topic);
          const rows = await pairsOfRows(this.database, run.map, side, namesIn(side, records));
          const news = newsOf(records.map(decodeRecord), rows);
          unknown.count += news.length;
          if (!preview) await this.takeIn(portion, side, news);
          const known =
            news.length === 0 || preview
              ? rows
              : await pairsOfRows(this.database, run.map, side, namesIn(side, records));
          for (const { pairId } of known.values()) chosen.add(pairId);
        },
      );
    }
    await this.store.choose(operation.id, [...chosen], { phase: 'examining', unknown: unknown.count });
  }

  /**
   * Rows that were never taken in, or only in an older state. Nothing is planned before all of the window has been: else
   * a partner would be made for a row whose partner comes later. What could only be guessed parks as `history-lost`.
   */
  private async takeIn(
    { run, examine }: Portion,
    side: Side,
    news: readonly Extract<WorkItem, { kind: 'observation' }>[],
  ): Promise<void> {
    if (news.length === 0) return;
    for (const { observation } of news) run.hear(side, observation.revision.epoch);
    await examine({ items: news, slot: SLOT, takesInOnly: true });
  }

  /** What would become of these pairs; nothing does. */
  private async preview(
    { operation: { id }, preview }: Portion,
    open: readonly { readonly n: number; readonly pairId: string }[],
  ): Promise<void> {
    const plans = await preview(open.map(({ pairId }) => again(pairId)));
    const found = new Map(
      plans.flatMap((plan) =>
        plan
          ? [[plan.pair.pairId, plan.writes.length > 0 ? 'differs' : (plan.verdict ?? 'gone')] as const]
          : [],
      ),
    );
    await inTransaction(this.database, (runner) =>
      this.store.noteAs(
        runner,
        id,
        open.map(({ n, pairId }) => ({ n, outcome: found.get(pairId) ?? 'gone' })),
      ),
    );
  }
}

function again(pairId: string): { kind: 'again'; pairId: string; traceparent: string } {
  return { kind: 'again', pairId, traceparent: startChange() };
}

function namesIn(side: Side, records: readonly KafkaRecord[]): string[] {
  const names = new Set<string>();
  for (const record of records) {
    const decoded = decodeRecord(record);
    if (decoded.kind === 'observation' && decoded.observation.side === side)
      names.add(decoded.observation.nativeId);
  }
  return [...names];
}
