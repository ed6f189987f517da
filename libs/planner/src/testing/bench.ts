import type { Cells, Observation, Side, WriteOutcome } from '@dualwrite/events';
import { writeId } from '@dualwrite/events';
import { emptyPair } from '../empty-pair';
import type { MapRules } from '../map-rules';
import type { Choice, PairState, PendingCall } from '../pair';
import type { Plan, PlanContext, PlannedWrite } from '../plan';
import { plan } from '../planner';
import type { References } from '../references';

export const FO_ID = 'usmf|1';
export const FO_ROW = 'usmf|1#1.1';
export const DATAVERSE_ID = 'guid-1';

/** Drives one pair: what is seen goes in, the last plan is kept. */
export class Bench {
  pair: PairState = emptyPair({ pairId: 'pair', key: null, epoch: 0, mapVersion: 1 });
  last: Plan | null = null;
  private n = 0;
  private context: PlanContext;

  constructor(rules: MapRules, given: Partial<PlanContext> = {}) {
    this.context = {
      rules,
      references: { idOf: () => undefined, valueOf: () => undefined },
      covered: { fo: true, dataverse: true },
      registerEpoch: { fo: 1, dataverse: 1 },
      ...given,
    };
  }

  with(given: Partial<PlanContext>): this {
    this.context = { ...this.context, ...given };
    return this;
  }

  knows(groups: Readonly<Record<string, string>>): this {
    const references: References = {
      idOf: (_table, _column, code) => groups[String(code)],
      valueOf: (_table, _column, id) => Object.keys(groups).find((code) => groups[code] === id),
    };
    return this.with({ references });
  }

  /** The F&O row as it is now; null: it is gone. */
  fo(cells: Cells | null, more: Partial<Observation> = {}): Plan {
    const row = cells && { id: FO_ROW, version: this.version(), cells };
    return this.observe({ side: 'fo', nativeId: FO_ID, row, gone: cells ? [] : [FO_ROW], ...more });
  }

  dataverse(cells: Cells | null, more: Partial<Observation> = {}): Plan {
    const nativeId = more.nativeId ?? DATAVERSE_ID;
    const row = cells && { id: nativeId, version: this.version(), cells };
    return this.observe({ side: 'dataverse', nativeId, row, gone: cells ? [] : [nativeId], ...more });
  }

  /** The target's answer to the write: by default carried out, the row showing what was written. */
  answer(write: PlannedWrite, outcome: WriteOutcome = 'applied', cells?: Cells | null): Plan {
    const seen = this.pair.seen[write.side].row;
    const shown = cells === undefined ? this.effect(write, outcome, seen?.cells ?? {}) : cells;
    const nativeId = write.nativeId ?? FO_ID;
    // Where no ids are visible, the register gives each incarnation one of its own.
    const id = seen?.id ?? write.rowId ?? `${FO_ID}#1.${this.n + 1}`;
    const hasMoved = outcome === 'applied' || cells !== undefined;
    const version = hasMoved ? this.version() : (seen?.version ?? this.version());
    return this.observe({
      side: write.side,
      nativeId,
      row: shown && { id, version, cells: shown },
      origins: outcome === 'applied' && write.kind === 'create' && write.source ? { [id]: write.source } : {},
      gone: write.kind === 'delete' && shown === null ? [id] : [],
      results: { [writeId(this.pair.pairId, write.intent)]: { outcome, code: 'E1', text: 'no' } },
      last: { [this.pair.pairId]: write.intent },
    });
  }

  redrive(): Plan {
    return this.run(plan(this.pair, { kind: 'redrive' }, this.context));
  }

  release(winner?: Side, reason?: string): Plan {
    const event = { kind: 'release', ...(winner && { winner }), ...(reason && { reason }) } as const;
    return this.run(plan(this.pair, event, this.context));
  }

  repair(...fields: readonly string[]): Plan {
    return this.run(plan(this.pair, { kind: 'repair', fields }, this.context));
  }

  choose(choices: Readonly<Record<string, Choice>>): Plan {
    return this.run(plan(this.pair, { kind: 'release', choices }, this.context));
  }

  retry(): Plan {
    return this.run(plan(this.pair, { kind: 'retry' }, this.context));
  }

  call(call: PendingCall): Plan {
    return this.run(plan(this.pair, { kind: 'call', call }, this.context));
  }

  giveUp(call: string): Plan {
    return this.run(plan(this.pair, { kind: 'give-up', call }, this.context));
  }

  get surroundings(): PlanContext {
    return this.context;
  }

  observe(more: Pick<Observation, 'side' | 'nativeId' | 'row'> & Partial<Observation>): Plan {
    this.n += 1;
    return this.replay({
      table: 't',
      revision: { epoch: 1, n: String(this.n) },
      presence: more.row ? 'present' : 'absent',
      gone: [],
      origins: {},
      results: {},
      last: {},
      columnSet: 'c',
      via: 'feed',
      observedAt: '2024-05-01T08:00:00Z',
      ...more,
    });
  }

  replay(observation: Observation): Plan {
    this.observed = observation;
    return this.run(plan(this.pair, { kind: 'observation', observation }, this.context));
  }

  observed: Observation | null = null;

  /** Both rows there and agreed. */
  inStep(cells: Cells): this {
    this.fo(cells);
    const [write] = this.pair.intents.length > 0 ? (this.last?.writes ?? []) : [];
    if (write) this.answer(write);
    return this;
  }

  /** The only write of the last plan. */
  write(): PlannedWrite {
    const writes = this.last?.writes ?? [];
    const [write] = writes;
    if (write === undefined || writes.length !== 1) throw new Error(`${writes.length} writes were planned`);
    return write;
  }

  private run(done: Plan): Plan {
    this.pair = done.pair;
    this.last = done;
    return done;
  }

  private effect(write: PlannedWrite, outcome: WriteOutcome, shown: Cells): Cells | null {
    if (outcome !== 'applied') return this.pair.seen[write.side].row?.cells ?? null;
    if (write.kind === 'delete') return null;
    const columns = this.context.rules.fields.flatMap((rule) => rule.column[write.side] ?? []);
    return { ...Object.fromEntries(columns.map((column) => [column, null])), ...shown, ...write.patch };
  }

  private versions = 0;

  private version(): string {
    this.versions += 1;
    return `v${this.versions}`;
  }
}

export function eventsOf(done: Plan): string[] {
  return done.journal.map(({ event, code }) => (code === null ? event : `${event} ${code}`));
}
