import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { DocumentWrite, Names, Side } from '@dualwrite/events';
import { appendOutbox } from '@dualwrite/persistence';
import { DataSource, type QueryRunner } from 'typeorm';
import { documentRecord } from '../batch/outgoing';
import { CallStore, type Call } from '../calls/call-store';
import { workItemOf } from '../calls/call-work';
import { Calls, type AskedCall, type PlannedCall, type Untaken, type WriteOfCall } from '../calls/calls';
import { Examiner } from '../examine/examiner';
import type { Outcome } from '../examine/outcome';
import type { JointWork } from '../examine/work-order';
import { MadeRows } from '../references/made-rows';
import type { MapRun } from '../runs/map-run';
import { MapRuns } from '../runs/map-runs';
import { NAMES } from '../settings';
import { documentOf, DocumentRefused, refusedByPlan } from './document-plan';
import { stateOf, type DocumentState } from './document-state';
import { DocumentStore, type StoredDocument } from './document-store';

const SLOT = 'call';

export interface AskedDocument {
  readonly id: string;
  readonly side: Side;
  /** The header first; a line may point at a row that an earlier part makes. */
  readonly parts: readonly (Pick<AskedCall, 'kind' | 'row' | 'cells' | 'saw'> & { readonly map: string })[];
  readonly savedWithinMs: number | null;
  readonly traceparent: string;
}

interface PreparedPart {
  readonly run: MapRun;
  readonly call: PlannedCall;
}

/** Edits of several rows that are carried out together, or not at all: planned in one transaction, sent as one write. */
@Injectable()
export class Documents {
  private readonly store: DocumentStore;
  private readonly callStore: CallStore;

  constructor(
    database: DataSource,
    private readonly calls: Calls,
    private readonly runs: MapRuns,
    private readonly examiner: Examiner,
    @Inject(NAMES) private readonly names: Names,
  ) {
    this.store = new DocumentStore(database);
    this.callStore = new CallStore(database);
  }

  /** Asked again under the same id, the same document is answered. @returns undefined: the id is another document's */
  async make(asked: AskedDocument, waitMs = 0): Promise<DocumentState | undefined> {
    const untilMs = Date.now() + waitMs;
    const known = await this.store.find(asked.id);
    if (known === undefined) await this.plan(asked);
    else if (!isSame(known, asked)) return undefined;
    return this.wait(asked.id, untilMs - Date.now());
  }

  /** Waits until it has ended, at most so long. */
  async wait(id: string, waitMs: number): Promise<DocumentState | undefined> {
    const untilMs = Date.now() + waitMs;
    const document = await this.store.find(id);
    if (document === undefined) return undefined;
    const calls: (Call | undefined)[] = [];
    for (const { call } of document.end === null ? document.parts : []) {
      const leftMs = untilMs - Date.now();
      calls.push(leftMs > 0 ? await this.calls.wait(call, leftMs) : await this.callStore.find(call));
    }
    return stateOf(document, calls);
  }

  /**
   * Nobody waits any more. What was not planned yet never will be; of what left, the first part's write is named: its
   * register entry is where the executor marks its attempt, and where it can be stopped.
   */
  async giveUp(
    id: string,
    side: Side,
  ): Promise<{ document: DocumentState; write: WriteOfCall | null } | undefined> {
    const text = 'it was not planned in time, and never will be';
    await this.store.end(
      { id, side, parts: [], traceparent: '' },
      { outcome: 'abandoned', by: 'dualwrite', part: null, code: 'abandoned', text },
    );
    const [document, stored] = [await this.wait(id, 0), await this.store.find(id)];
    if (document === undefined || stored === undefined) return undefined;
    const [header] = stored.sent?.parts ?? [];
    if (document.outcome !== null || header === undefined) return { document, write: null };
    const { side: target, table, nativeId, id: write, pairId, intent } = header;
    return { document, write: { side: target, table, nativeId, id: write, pairId, intent } };
  }

  private async plan(asked: AskedDocument): Promise<void> {
    const { id, side, traceparent } = asked;
    const named = asked.parts.map(({ map, kind = 'update', row }) => ({
      map,
      kind,
      row,
      call: randomUUID(),
    }));
    const document = { id, side, parts: named, traceparent };
    try {
      const parts: PreparedPart[] = [];
      for (const [index, { map, ...part }] of asked.parts.entries()) {
        // Of a new row every column counts, whether it travels or decides where the row belongs.
        const onlyMapped = part.kind === 'create';
        const call = { ...part, ...{ id: named[index]?.call ?? '', side, onlyMapped, traceparent } };
        parts.push(await this.prepare(index, map, { ...call, savedWithinMs: asked.savedWithinMs }));
      }
      await duringAll(
        parts.map(({ run }) => run),
        () => this.planTogether(document, parts),
      );
    } catch (error) {
      if (!(error instanceof DocumentRefused)) throw error;
      await this.store.end(document, error.end);
    }
  }

  private async prepare(part: number, map: string, asked: AskedCall): Promise<PreparedPart> {
    const run = this.runs.all().find((one) => one.map === map);
    const prepared: { readonly planned: PlannedCall } | Untaken = run
      ? await this.calls.prepare(run, asked)
      : { kind: 'not-running' };
    if (run && 'planned' in prepared) return { run, call: prepared.planned };
    throw new DocumentRefused(
      part,
      WHY[(prepared as Untaken).kind],
      `${WORDS[(prepared as Untaken).kind]}: ${map} ${asked.row}`,
    );
  }

  private async planTogether(
    document: Omit<StoredDocument, 'sent' | 'end'>,
    parts: readonly PreparedPart[],
  ): Promise<void> {
    const ids = parts.map(({ call }) => call.id);
    await this.examiner.workTogether(() => this.worksOf(document.id, parts), {
      begin: (runner) => this.store.take(runner, document),
      end: async (runner: QueryRunner, outcomes: readonly Outcome[]) => {
        const sent: DocumentWrite | null = documentOf(document, ids, outcomes);
        if (sent === null) return;
        await this.store.keepSent(runner, sent);
        await appendOutbox(runner, [documentRecord(this.names, sent, document.traceparent)]);
      },
    });
  }

  /** Parts in their order; neighbours of one map together. */
  private worksOf(document: string, parts: readonly PreparedPart[]): JointWork[] {
    const made = new MadeRows();
    const ids = parts.map(({ call }) => call.id);
    const groups: PreparedPart[][] = [];
    for (const part of parts) {
      const last = groups.at(-1);
      if (last?.[0]?.run === part.run) last.push(part);
      else groups.push([part]);
      const { kind, side, row, cells } = part.call;
      if (kind === 'create' && side === 'dataverse')
        made.add({ table: part.run.rules.table.dataverse, nativeId: row, cells, company: null });
    }
    return groups.flatMap((group) => {
      const [first] = group;
      return first
        ? [
            this.workOf(
              document,
              first.run,
              group.map(({ call }) => call),
              { made, ids },
            ),
          ]
        : [];
    });
  }

  private workOf(
    document: string,
    run: MapRun,
    calls: readonly PlannedCall[],
    { made, ids }: { readonly made: MadeRows; readonly ids: readonly string[] },
  ): JointWork {
    const items = calls.map((call) => {
      const item = workItemOf(run.rules, call, Date.now());
      // Whatever comes of its write, a part is not planned again by itself.
      return { ...item, call: { ...item.call, document, isGivenUp: true as const } };
    });
    return {
      run,
      order: {
        items,
        slot: SLOT,
        made,
        stillWanted: async (runner) => {
          await this.callStore.take(runner, calls);
          return items;
        },
        also: async (executor, _outcome, plans) => {
          for (const [index, { kind, call }] of items.entries()) {
            const plan = plans[index];
            if (kind === 'newcomer' && plan) await this.callStore.house(executor, call.id, plan.pair.pairId);
          }
        },
      },
      planned: (outcome) => {
        refusedByPlan(outcome, ids);
        for (const { write, key } of outcome.ofDocuments) {
          if (write.kind !== 'create' || write.side !== 'dataverse' || write.nativeId === null) continue;
          const company = run.rules.companyScoped ? (key?.split('/', 1)[0] ?? null) : null;
          made.add({ table: write.table, nativeId: write.nativeId, cells: write.patch, company });
        }
      },
    };
  }
}

const WHY: Readonly<Record<Untaken['kind'], string>> = {
  'nothing-travels': 'nothing-travels',
  'not-running': 'map-not-running',
  'row-unknown': 'row-unknown',
  'row-ambiguous': 'row-ambiguous',
  'id-taken': 'id-taken',
  'columns-unknown': 'columns-unknown',
};
const WORDS: Readonly<Record<Untaken['kind'], string>> = {
  'nothing-travels': 'nothing of this part goes to the other side',
  'not-running': 'the map does not run here: nothing can be planned for it now',
  'row-unknown': 'the map knows no such row',
  'row-ambiguous': 'more than one row goes by this name; name it by its id',
  'id-taken': 'another call has this id',
  'columns-unknown': 'the map sends not all of these columns',
};

function isSame({ side, parts, end }: StoredDocument, asked: AskedDocument): boolean {
  if (end?.outcome === 'abandoned') return true;
  return (
    side === asked.side &&
    parts.length === asked.parts.length &&
    parts.every(({ map, row }, index) => map === asked.parts[index]?.map && row === asked.parts[index]?.row)
  );
}

/** No run ends while its part is being planned. */
async function duringAll(runs: readonly MapRun[], work: () => Promise<void>): Promise<void> {
  const [run, ...others] = [...new Set(runs)];
  return run === undefined ? work() : run.during(() => duringAll(others, work));
}
