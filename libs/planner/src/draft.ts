import type { Cell, JournalEvent, JournalField, Side } from '@dualwrite/events';
import type { Base, Intent, PairState, Park } from './pair';
import type { CallEnd, PlanContext, PlanNote, PlannedWrite } from './plan';
import type { Wanted } from './references';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the examination came to, once nothing more is written. */
export type Rest = 'agreed' | 'filtered' | 'waiting' | 'parked' | 'held' | 'pending';

/**
 * One examination under way: the pair's next state and what goes out. Values are replaced, never changed in place, so
 * that what did not change stays the same object; only the base is copied once and then filled.
 */
export class Draft {
  readonly pair: Mutable<PairState>;
  readonly writes: PlannedWrite[] = [];
  readonly reads: Side[] = [];
  readonly notes: PlanNote[] = [];
  readonly wants: Wanted[] = [];
  readonly calls: CallEnd[] = [];
  /** Parks that follow from what is seen now; those that only time or a person ends are in `pair.parks`. */
  readonly blocks: Park[] = [];
  /** In shadow: what would have been written. */
  expected: readonly Intent[] = [];
  rest: Rest = 'agreed';
  /** Why the pair is filtered. */
  filteredBy: 'out-of-scope' | 'not-created' | 'unlinked' | 'one-way' | null = null;
  /** Writes were planned in this examination, on this side first. */
  writtenFirst: Side | null = null;
  /** A write of ours was answered with `applied` in this examination. */
  answeredApplied = false;
  isRowForeign = false;
  /** The write of a call was carried out, as far as can be told. */
  isCallTaken = false;
  /** What a person decided, for this examination. */
  winner: Side | null = null;
  /** Not only for what was observed: a key that the pair's references go by may be another one now. */
  looksAgain = false;
  /** A person said so in this examination: what is parked again is parked anew. */
  isReleased = false;
  private ownsBase = false;

  constructor(
    readonly old: PairState,
    readonly context: PlanContext,
  ) {
    this.pair = { ...old };
  }

  /** Rule 15: the base holds for one couple of rows; with another couple nothing was agreed yet. */
  coupleRows(fo: string, dataverse: string): void {
    const { couple } = this.pair;
    if (couple.fo === fo && couple.dataverse === dataverse) return;
    this.pair.couple = { fo, dataverse };
    this.pair.base = {};
    this.ownsBase = true;
  }

  filter(reason: NonNullable<Draft['filteredBy']>): void {
    this.rest = 'filtered';
    this.filteredBy = reason;
  }

  learn(field: string, values: Readonly<Record<Side, Cell>>): void {
    this.ownBase()[field] = { fo: values.fo, dataverse: values.dataverse };
  }

  /** As if the field had never been agreed on. */
  unlearn(field: string): void {
    delete this.ownBase()[field];
  }

  private ownBase(): Mutable<Base> {
    if (!this.ownsBase) {
      this.pair.base = { ...this.pair.base };
      this.ownsBase = true;
    }
    return this.pair.base;
  }

  want(wanted: Wanted): void {
    if (!this.wants.some((known) => sameWanted(known, wanted))) this.wants.push(wanted);
  }

  wantAny({ wanted, alternatives = [] }: { wanted: Wanted; alternatives?: readonly Wanted[] }): void {
    for (const one of [wanted, ...alternatives]) this.want(one);
  }

  note(
    event: JournalEvent,
    more: Partial<Omit<PlanNote, 'event' | 'fields'>> & { fields?: readonly JournalField[] } = {},
  ): void {
    this.notes.push({
      event,
      severity: more.severity ?? 'info',
      side: more.side ?? null,
      code: more.code ?? null,
      text: more.text ?? null,
      intent: more.intent ?? null,
      fields: more.fields ?? [],
    });
  }
}

export function sameWanted(left: Wanted, right: Wanted): boolean {
  return (
    left.side === right.side &&
    left.table === right.table &&
    left.column === right.column &&
    left.value === right.value &&
    left.company === right.company
  );
}
