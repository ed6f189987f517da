import { SIDES, type Side } from '@dualwrite/events';
import type { MapRules, PairState, Plan } from '@dualwrite/planner';
import { expectationOf, type Expectation } from './expectation';
import { extraDeed } from './extra-deed';
import { judgeExpectation, type ShadowVerdict } from './judge-expectation';

export interface ShadowFinding extends ShadowVerdict {
  readonly side: Side;
  readonly pair: PairState;
}

type BySide = Readonly<Record<Side, Expectation | null>>;
const NOTHING: BySide = { fo: null, dataverse: null };

/** What a map in shadow expects of the pairs of one transaction, and what has become of what it expected before. */
export class ShadowWork {
  readonly findings: ShadowFinding[] = [];
  private toldCount = 0;
  /** Pairs of which something else is expected than is stored. */
  readonly changed = new Set<string>();
  private readonly expected: Map<string, BySide>;

  constructor(
    private readonly rules: Pick<MapRules, 'fields'>,
    private readonly graceMs: number,
    private readonly nowMs: number,
    stored: ReadonlyMap<string, BySide>,
  ) {
    this.expected = new Map(stored);
  }

  of(pairId: string): BySide {
    return this.expected.get(pairId) ?? NOTHING;
  }

  /** Since it was asked last. */
  newFindings(): readonly ShadowFinding[] {
    const found = this.findings.slice(this.toldCount);
    this.toldCount = this.findings.length;
    return found;
  }

  /** @param seen side of the observation; null: the pair was looked at without one */
  take(before: PairState, plan: Plan, seen: Side | null): void {
    const { pair, verdict } = plan;
    // An older observation, or a write of an earlier run without an answer: nothing was decided.
    if (verdict === null || pair.intents.length > 0) return;
    const known = this.of(pair.pairId);
    const next: Record<Side, Expectation | null> = { fo: null, dataverse: null };
    for (const side of SIDES) {
      const intent = plan.expected?.find(({ target }) => target === side);
      const wanted = intent ? expectationOf(intent, pair, this.rules, this.nowMs) : null;
      const { row } = pair.seen[side];
      const step = judgeExpectation(known[side], wanted, {
        row,
        rules: this.rules,
        nowMs: this.nowMs,
        graceMs: this.graceMs,
      });
      next[side] = step.next;
      if (step.verdict) this.findings.push({ ...step.verdict, side, pair });
    }
    const isExpected = SIDES.some((side) => known[side] !== null || next[side] !== null);
    const extra = seen && !isExpected ? extraDeed(before, pair, seen, this.rules, this.nowMs) : null;
    if (extra && seen) this.findings.push({ ...extra, side: seen, pair });
    if (SIDES.every((side) => next[side] === known[side])) return;
    this.expected.set(pair.pairId, next);
    this.changed.add(pair.pairId);
  }

  /** Milliseconds until something that is expected of the pair counts as not done; undefined: nothing is. */
  dueInMs(pairId: string): number | undefined {
    const open = SIDES.flatMap((side) => this.of(pairId)[side] ?? []).filter(({ isTold }) => !isTold);
    if (open.length === 0) return undefined;
    const atMs = Math.min(...open.map(({ expectedAtMs }) => expectedAtMs)) + this.graceMs;
    return Math.max(0, atMs - this.nowMs) + 1;
  }
}
