import { otherSide, SIDES, writeId, type Observation, type Side, type Write } from '@dualwrite/events';
import {
  adopt,
  canHost,
  emptyPair,
  nativeIdsOf,
  pairsAnsweredBy,
  plan,
  type MapRules,
  type PairState,
  type Plan,
  type PlanEvent,
} from '@dualwrite/planner';
import type { TopicMessage } from './sim-register';
import type { Topic } from './topic';

export interface MapperHooks {
  topic: Readonly<Record<Side, Topic<TopicMessage>>>;
  /** What is wiped between two examinations, where a safeguard is taken away. */
  weaken(pair: PairState): PairState;
  isAlwaysCovered: boolean;
  runEpoch(): number;
  planned(before: PairState, plan: Plan, event: PlanEvent): void;
  read(side: Side, nativeId: string): void;
}

const NO_REFERENCES = { idOf: () => undefined, valueOf: () => undefined };

export interface PairRecord {
  state: PairState;
}

/** The mapper's shell: finds the pair of an observation, plans it, keeps positions and what is to be published. */
export class SimMapper {
  readonly pairs: PairRecord[] = [];
  readonly outbox: Write[] = [];
  readonly position: Record<Side, number> = { fo: 0, dataverse: 0 };
  private readonly covered: Record<Side, boolean> = { fo: false, dataverse: false };
  private readonly coveredAt: Record<Side, number | null> = { fo: null, dataverse: null };
  private readonly epochs: Record<Side, number> = { fo: 0, dataverse: 0 };
  private made = 0;

  constructor(
    private readonly rules: MapRules,
    private readonly hooks: MapperHooks,
  ) {}

  isBehind(side: Side): boolean {
    return this.position[side] < this.hooks.topic[side].log.length;
  }

  next(side: Side): void {
    const { log } = this.hooks.topic[side];
    while (this.isBehind(side) && !log[this.position[side]]) this.position[side] += 1;
    const message = log[this.position[side]];
    if (!message) return;
    this.position[side] += 1;
    if (message.kind === 'coverage') {
      this.epochs[side] = Math.max(this.epochs[side], message.coverage.epoch);
      // Compaction keeps the newest observation of a row only, and that may lie behind the marker: the rows that were
      // read have all been seen once we stand where the topic ended when we met the marker.
      this.coveredAt[side] ??= log.length;
    } else this.take(message.observation);
    if (!this.covered[side] && this.position[side] >= (this.coveredAt[side] ?? Infinity)) {
      this.covered[side] = true;
      this.redrive();
    }
  }

  redrive(): void {
    for (const pair of [...this.pairs]) this.commit(pair, { kind: 'redrive' });
  }

  take(observation: Observation): void {
    const { side, nativeId, row } = observation;
    this.epochs[side] = Math.max(this.epochs[side], observation.revision.epoch);
    const event = { kind: 'observation', observation } as const;
    const owner = this.ownerOf(side, nativeId) ?? (row === null ? null : this.hostFor(side, nativeId));
    const answered = pairsAnsweredBy(observation);
    const others = this.pairs.filter((pair) => pair !== owner && answered.includes(pair.state.pairId));
    for (const pair of others) this.commit(pair, event);
    if (owner === null || !this.pairs.includes(owner)) return;
    const done = this.commit(owner, event);
    if (done.isRowForeign) this.commit(this.newPair(), event);
  }

  private ownerOf(side: Side, nativeId: string): PairRecord | null {
    const current = this.pairs.find(
      ({ state }) => state.seen[side].nativeId === nativeId && state.seen[side].row,
    );
    return current ?? this.pairs.find(({ state }) => nativeIdsOf(state)[side].includes(nativeId)) ?? null;
  }

  private hostFor(side: Side, nativeId: string): PairRecord {
    return this.pairs.find(({ state }) => canHost(state, side, nativeId)) ?? this.newPair();
  }

  private newPair(): PairRecord {
    this.made += 1;
    const state = emptyPair({
      pairId: `pair-${this.made}`,
      key: null,
      epoch: 0,
      mapVersion: this.rules.version,
    });
    const pair = { state };
    this.pairs.push(pair);
    return pair;
  }

  /** One transaction: pair, position, and the writes to be published. */
  private commit(pair: PairRecord, event: PlanEvent): Plan {
    const before = this.hooks.weaken(pair.state);
    const done = plan(before, event, {
      rules: this.rules,
      references: NO_REFERENCES,
      covered: this.hooks.isAlwaysCovered ? { fo: true, dataverse: true } : this.covered,
      registerEpoch: this.epochs,
      isKeyHeld: this.pairs.some((other) => other !== pair && holdsKey(other.state)),
    });
    pair.state = done.pair;
    for (const write of done.writes) {
      const { intent, ...rest } = write;
      this.outbox.push({
        ...rest,
        id: writeId(pair.state.pairId, intent),
        pairId: pair.state.pairId,
        intent,
        map: this.rules.name,
        mapVersion: this.rules.version,
        runEpoch: this.hooks.runEpoch(),
        table: this.rules.table[write.side],
        plannedAt: '',
      });
    }
    this.hooks.planned(before, done, event);
    for (const side of done.reads) this.hooks.read(side, pair.state.seen[side].nativeId ?? '');
    this.adoptAll();
    return done;
  }

  /** Where a side has become free, a row of the same key that had to stand aside moves in. */
  private adoptAll(): void {
    for (const pair of this.pairs) {
      for (const other of this.pairs) {
        if (other === pair) continue;
        for (const side of SIDES) {
          const adopted = adopt(pair.state, side, other.state);
          if (adopted === null) continue;
          pair.state = adopted;
          this.pairs.splice(this.pairs.indexOf(other), 1);
          this.commit(pair, { kind: 'redrive' });
          return;
        }
      }
    }
  }
}

function holdsKey(pair: PairState): boolean {
  return (
    SIDES.some((side) => pair.seen[side].row !== null || pair.seen[otherSide(side)].row !== null) ||
    pair.intents.length > 0
  );
}
