import { otherSide, SIDES, writeId, type Observation, type Side, type Write } from '@dualwrite/events';
import {
  adopt,
  canHost,
  emptyPair,
  nativeIdsOf,
  pairsAnsweredBy,
  plan,
  restoredPair,
  type MapRules,
  type PairState,
  type PendingCall,
  type Plan,
  type PlanEvent,
} from '@dualwrite/planner';
import type { TopicMessage } from './sim-register';
import type { Topic } from './topic';

export interface MapperHooks {
  topic: Readonly<Record<Side, Topic<TopicMessage>>>;
  /** What is wiped between two examinations, where a safeguard is taken away. */
  weaken(pair: PairState): PairState;
  /** What is kept of the class of an examination, where a safeguard is taken away. */
  filed(pair: PairState): PairState;
  isAlwaysCovered: boolean;
  /** A restored mapper takes in what the topics hold before it plans. */
  catchesUp: boolean;
  /** A pair was read without its lock, and is written over what others have written since. */
  isTorn(): boolean;
  isTornEnd(): boolean;
  runEpoch(): number;
  /** In steps. */
  nowMs(): number;
  planned(before: PairState, plan: Plan, event: PlanEvent): void;
  read(side: Side, nativeId: string): void;
}

const NO_REFERENCES = { idOf: () => undefined, valueOf: () => undefined };

export interface PairRecord {
  state: PairState;
}

/** A backup of the mapper's database; positions come with it (rule 24). */
export interface MapperBackup {
  readonly states: readonly PairState[];
  readonly position: Readonly<Record<Side, number>>;
  readonly coverage: Readonly<Record<Side, Coverage>>;
  readonly epochs: Readonly<Record<Side, number>>;
}

/** What a side's newest coverage marker tells, once all that was read before it has been seen. */
interface Coverage {
  /** Register epoch that read the rows; coverage of an older epoch no longer counts. */
  readonly epoch: number;
  readonly at: number | null;
  readonly isReached: boolean;
}

const NOT_COVERED: Coverage = { epoch: 0, at: null, isReached: false };

/** The mapper's shell: finds the pair of an observation, plans it, keeps positions and what is to be published. */
export class SimMapper {
  pairs: PairRecord[] = [];
  outbox: Write[] = [];
  position: Record<Side, number> = { fo: 0, dataverse: 0 };
  private coverage: Record<Side, Coverage> = { fo: NOT_COVERED, dataverse: NOT_COVERED };
  private epochs: Record<Side, number> = { fo: 0, dataverse: 0 };
  private made = 0;
  private epoch = 0;
  /** Where the topics ended when a restored mapper began; it plans nothing before. Null: not restored. */
  private end: Record<Side, number> | null = null;
  /** An examination under way whose pair others may change meanwhile. */
  private torn: { readonly pair: PairRecord; readonly state: PairState; readonly event: PlanEvent } | null =
    null;

  constructor(
    public rules: MapRules,
    private readonly hooks: MapperHooks,
    /** Pairs of different maps have different names. */
    private readonly pairPrefix = 'pair',
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
      const { epoch } = message.coverage;
      this.epochs[side] = Math.max(this.epochs[side], epoch);
      // Compaction keeps the newest observation of a row only, and that may lie behind the marker: the rows that were
      // read have all been seen once we stand where the topic ended when we met the marker.
      if (epoch > this.coverage[side].epoch)
        this.coverage[side] = { epoch, at: log.length, isReached: false };
    } else this.take(message.observation);
    const { at, isReached } = this.coverage[side];
    const isCoveredNow = !isReached && at !== null && this.position[side] >= at;
    if (isCoveredNow) this.coverage[side] = { ...this.coverage[side], isReached: true };
    const isCaughtUpNow = this.end !== null && !this.isCatchingUp;
    if (isCaughtUpNow) this.end = null;
    if (isCoveredNow || isCaughtUpNow) this.redrive();
  }

  redrive(): void {
    if (this.isCatchingUp) return;
    for (const pair of [...this.pairs]) this.commit(pair, { kind: 'redrive' });
  }

  /** @returns false: no pair has the row */
  call(side: Side, call: PendingCall): boolean {
    const pair = this.pairs.find(({ state }) => state.seen[side].row !== null);
    if (pair) this.commit(pair, { kind: 'call', call });
    return pair !== undefined;
  }

  /** A row that is about to be made: planned with the pair that it will belong to. */
  newcomer(side: Side, call: PendingCall): void {
    const nativeId = call.nativeId ?? '';
    this.commit(this.ownerOf(side, nativeId) ?? this.hostFor(side, nativeId), { kind: 'call', call });
  }

  giveUp(call: string): void {
    const pair = this.pairs.find(({ state }) => state.call?.id === call);
    if (pair) this.commit(pair, { kind: 'give-up', call });
  }

  redriveWaiting(): void {
    if (this.isCatchingUp) return;
    for (const pair of this.pairs.filter(({ state }) => state.wants.length > 0))
      this.commit(pair, { kind: 'redrive' });
  }

  backup(): MapperBackup {
    return {
      states: this.pairs.map(({ state }) => state),
      position: { ...this.position },
      coverage: { ...this.coverage },
      epochs: { ...this.epochs },
    };
  }

  /** Rule 24. */
  restore(backup: MapperBackup, isKnown: boolean): void {
    this.epoch += isKnown ? 1 : 0;
    this.pairs = backup.states.map((state) => ({ state: isKnown ? restoredPair(state, this.epoch) : state }));
    this.position = { ...backup.position };
    this.coverage = { ...backup.coverage };
    this.epochs = { ...backup.epochs };
    this.outbox = [];
    this.torn = null;
    this.end = this.hooks.catchesUp ? { fo: Infinity, dataverse: Infinity } : null;
  }

  get isAwaitingEnd(): boolean {
    return this.end?.fo === Infinity;
  }

  catchUpTo(end: Record<Side, number>): void {
    this.end = end;
    if (this.isCatchingUp) return;
    this.end = null;
    this.redrive();
  }

  private get isCatchingUp(): boolean {
    const { end } = this;
    return end !== null && SIDES.some((side) => this.position[side] < end[side]);
  }

  take(observation: Observation): void {
    const { side, nativeId, row } = observation;
    this.epochs[side] = Math.max(this.epochs[side], observation.revision.epoch);
    const event = { kind: 'observation', observation } as const;
    if (this.mend(event)) return;
    const owner = this.ownerOf(side, nativeId) ?? (row === null ? null : this.hostFor(side, nativeId));
    // As in the product: a row that another pair holds is not to be had by whoever has only an answer in its observation.
    const isRowElsewhere = (owner?.state.seen[side].row ?? null) !== null;
    const done = owner && this.commit(owner, event);
    for (const pairId of pairsAnsweredBy(observation)) {
      const answered = this.pairs.find((pair) => pair.state.pairId === pairId);
      if (answered && answered !== owner) this.commit(answered, event, { isRowElsewhere });
    }
    if (done?.isRowForeign) this.commit(this.newPair(), event);
  }

  /** Without the pair's lock two examinations overlap: the later one writes what it has made of the state before. */
  private mend(event: PlanEvent): boolean {
    if (this.torn !== null) {
      if (!this.hooks.isTornEnd()) return false;
      const { pair, state, event: earlier } = this.torn;
      this.torn = null;
      if (this.pairs.includes(pair)) this.commit(pair, earlier, { read: state });
      return false;
    }
    const [pair] = this.pairs;
    if (pair === undefined || !this.hooks.isTorn()) return false;
    this.torn = { pair, state: pair.state, event };
    return true;
  }

  /** As the product keeps it: a row belongs to one pair, the one that took it last. */
  private ownerOf(side: Side, nativeId: string): PairRecord | null {
    const its = ({ state }: PairRecord): boolean => state.seen[side].nativeId === nativeId;
    return (
      this.pairs.find((pair) => its(pair) && pair.state.seen[side].row !== null) ??
      this.pairs.find(its) ??
      this.pairs.find(({ state }) => nativeIdsOf(state)[side].includes(nativeId)) ??
      null
    );
  }

  private hostFor(side: Side, nativeId: string): PairRecord {
    return this.pairs.find(({ state }) => canHost(state, side, nativeId)) ?? this.newPair();
  }

  private newPair(): PairRecord {
    this.made += 1;
    const state = emptyPair({
      pairId: `${this.pairPrefix}-${this.made}`,
      key: null,
      epoch: this.epoch,
      mapVersion: this.rules.version,
      restored: this.end !== null,
    });
    const pair = { state };
    this.pairs.push(pair);
    return pair;
  }

  /** One transaction: pair, position, and the writes to be published. */
  private commit(
    pair: PairRecord,
    event: PlanEvent,
    known: { read?: PairState; isRowElsewhere?: boolean } = {},
  ): Plan {
    const before = this.hooks.weaken(known.read ?? pair.state);
    const done = plan(before, event, {
      rules: this.rules,
      references: NO_REFERENCES,
      covered: { fo: this.isCovered('fo'), dataverse: this.isCovered('dataverse') },
      registerEpoch: this.epochs,
      isCatchingUp: this.isCatchingUp,
      isRowElsewhere: known.isRowElsewhere ?? false,
      nowMs: this.hooks.nowMs(),
      isKeyHeld: this.pairs.some((other) => other !== pair && holdsKey(other.state)),
    });
    pair.state = this.hooks.filed(done.pair);
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

  private isCovered(side: Side): boolean {
    const { epoch, isReached } = this.coverage[side];
    return this.hooks.isAlwaysCovered || (isReached && epoch >= this.epochs[side]);
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
