import { SIDES, type Cells, type Side, type Write } from '@dualwrite/events';
import type { MapRules, PairState, Plan, PlanEvent } from '@dualwrite/planner';
import { Endpoint, type Effect, type EndpointTraits, type Page } from './endpoint';
import { History } from './history';
import { Backups } from './backups';
import { People } from './people';
import { seededRandom, type Random } from './random';
import type { SideRow } from './protocol';
import type { Fault, Safeguard, Scenario } from './scenarios';
import { FLOAT_STEPS, SimExecutor } from './sim-executor';
import { FO_NATIVE_ID, simMap } from './sim-map';
import { SimMapper } from './sim-mapper';
import { SimRegister, type TopicMessage } from './sim-register';
import { Topic } from './topic';

/** Answered by the server, not yet received by the connector. */
type Pending =
  | { readonly kind: 'page'; readonly sentAt: string; readonly page: Page }
  | {
      readonly kind: 'row';
      readonly sentAt: string;
      readonly nativeId: string;
      readonly row: SideRow | null;
      readonly deletedUnnamed: boolean;
    };

export type Trace = (step: number, words: readonly unknown[]) => void;

/**
 * Two systems, their connectors, a mapper, people and faults around the product's own planner, register and executor
 * logic. This class holds what is there; `schedule.ts` moves it, one seeded step after the other.
 */
export class World {
  readonly random: Random;
  readonly fields: readonly string[];
  readonly history: History;
  readonly endpoint: Readonly<Record<Side, Endpoint>>;
  readonly topic: Readonly<Record<Side, Topic<TopicMessage>>> = { fo: new Topic(), dataverse: new Topic() };
  readonly register: Readonly<Record<Side, SimRegister>>;
  readonly executor: Readonly<Record<Side, SimExecutor>>;
  readonly mapper: SimMapper;
  readonly people: People;
  readonly map: MapRules;
  readonly answers: Readonly<Record<Side, Pending[]>> = { fo: [], dataverse: [] };
  readonly count = { writes: 0, reads: 0, edits: 0, pausedWrites: 0 };
  /** Writes of instances thought dead, that the server may still carry out. */
  readonly floating: { readonly write: Write; readonly deadline: number }[] = [];
  now = 0;
  runEpoch = 1;
  pause: 'asked' | 'confirmed' | null = null;
  readonly backups: Backups;
  isDraining = false;
  isQuiet = false;
  private foEventsAt = 0;
  private readonly removed: ReadonlySet<Safeguard>;

  constructor(
    seed: number,
    readonly scenario: Scenario,
    without: readonly Safeguard[] = [],
    private readonly log: Trace | null = null,
  ) {
    this.random = seededRandom(seed * 7919 + 13);
    this.removed = new Set(without);
    this.fields = scenario.rename ? ['a', 'b', 'k'] : ['a', 'b'];
    const show = scenario.hasFewValues ? (value: number) => value % 3 : (value: number) => value;
    this.history = new History(show);
    this.endpoint = {
      fo: new Endpoint(
        'fo',
        this.traits({ showsIds: false, picksIds: true, returnsRow: false, ...scenario.fo }),
      ),
      dataverse: new Endpoint('dataverse', this.traits({ ...scenario.dataverse })),
    };
    const traits = { fo: this.endpoint.fo.traits, dataverse: this.endpoint.dataverse.traits };
    this.map = simMap(scenario, { fields: this.fields, show, traits });
    this.register = { fo: this.newRegister('fo'), dataverse: this.newRegister('dataverse') };
    this.executor = { fo: new SimExecutor('fo', this), dataverse: new SimExecutor('dataverse', this) };
    this.mapper = new SimMapper(this.map, {
      topic: this.topic,
      weaken: (pair) => this.weakened(pair),
      isAlwaysCovered: !this.has('covered'),
      catchesUp: this.has('catch-up'),
      isTorn: () => !this.has('pair-lock') && !this.isDraining && this.random() < 0.3,
      runEpoch: () => this.runEpoch,
      planned: (before, plan, event) => this.planned(before, plan, event),
      read: (side, nativeId) => this.read(side, nativeId),
    });
    this.people = new People(this);
    this.backups = new Backups(this);
  }

  has(safeguard: Safeguard): boolean {
    return !this.removed.has(safeguard);
  }

  strikes(fault: Fault): boolean {
    const probability = this.scenario.faults?.[fault] ?? 0;
    return probability > 0 && !this.isDraining && this.random() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }

  trace(...words: readonly unknown[]): void {
    this.log?.(this.now, words);
  }

  parkReason(): string | null {
    const parked = this.mapper.pairs.find(
      ({ state }) => state.parks.length > 0 || state.verdict === 'filtered',
    );
    return parked ? (parked.state.parks[0]?.reason ?? 'filtered') : null;
  }

  // ---- what the hub does to the sides ----

  effect(write: Write): Effect {
    const endpoint = this.endpoint[write.side];
    const before = endpoint.row;
    const values = write.patch as Readonly<Record<string, number>>;
    const target = { id: write.rowId, expects: write.expects };
    const effect =
      write.kind === 'create'
        ? endpoint.create(values, write.rowId)
        : write.kind === 'update'
          ? endpoint.update(values, target)
          : endpoint.remove(target);
    this.trace('effect', write.side, write.kind, write.id, effect, write.patch);
    if (effect.kind !== 'done') return effect;
    this.count.writes += 1;
    if (this.pause === 'confirmed') this.count.pausedWrites += 1;
    if (write.kind === 'delete' && before) this.history.hubDeletes(before);
    if (effect.row) this.people.afterSave(write.side, effect.row);
    return effect;
  }

  isRefused(write: Write): boolean {
    if (!this.scenario.refusals || write.side !== 'dataverse' || write.kind === 'delete') return false;
    return Object.values(write.patch).some((value) => Number(value) % 5 === 0);
  }

  float(write: Write): void {
    this.floating.push({ write, deadline: this.now + FLOAT_STEPS });
    this.trace('zombie', write.id);
  }

  /** Carried out late, or dropped by the server. */
  land(index: number, isCarriedOut: boolean): void {
    const [landed] = this.floating.splice(index, 1);
    if (!landed || !isCarriedOut || this.isRefused(landed.write)) return;
    this.trace('late', landed.write.id);
    this.effect(landed.write);
  }

  // ---- observing ----

  /** Dataverse: pages of a change feed. F&O: events that only say "look at it"; those of deletes may be dropped. */
  ask(side: Side): void {
    const endpoint = this.endpoint[side];
    const sentAt = this.register[side].position();
    if (side === 'dataverse') {
      this.answers.dataverse.push({
        kind: 'page',
        sentAt,
        page: endpoint.page(this.register.dataverse.cursor),
      });
      return;
    }
    const events = endpoint.changes.filter((change) => change.at > this.foEventsAt);
    this.foEventsAt = endpoint.clock;
    const heard = events.filter((event) => event.deletedId === null || !this.strikes('dropDeletes'));
    if (heard.length === 0) return;
    this.read(
      'fo',
      FO_NATIVE_ID,
      heard.some((event) => event.deletedId !== null),
    );
  }

  /** The sweep of a table, or the first full read of it. */
  read(side: Side, nativeId: string, deletedUnnamed = false): void {
    this.count.reads += 1;
    const row = this.look(side, nativeId);
    const sentAt = this.register[side].position();
    this.answers[side].push({ kind: 'row', sentAt, nativeId, row, deletedUnnamed });
  }

  look(side: Side, nativeId: string): SideRow | null {
    const { row, traits } = this.endpoint[side];
    if (side === 'dataverse' && row?.id !== nativeId) return null;
    // Rule 4: a 404 under the key that we know is no absence, for the row may have another key since.
    const key = this.register[side].entries.get(nativeId)?.row?.cells['k'] ?? null;
    const isMissed = row !== null && key !== null && row.values['k'] !== key;
    if (isMissed && !(this.has('confirm-by-id') && traits.showsIds)) return null;
    return this.endpoint[side].read();
  }

  receive(side: Side): void {
    const list = this.answers[side];
    if (list.length === 0) return;
    const isShuffled = (this.scenario.faults?.feedChaos ?? 0) > 0 && !this.isDraining;
    const index = isShuffled ? Math.floor(this.random() * list.length) : 0;
    const answer = list[index];
    if (answer === undefined) return;
    // Where chaos strikes, it is delivered once more, later.
    if (!this.strikes('feedChaos')) list.splice(index, 1);
    if (answer.kind === 'page') this.receivePage(answer.sentAt, answer.page);
    else {
      this.receiveRow(side, answer);
      if (side === 'fo' || this.register.dataverse.epoch > 1) this.register[side].cover();
    }
  }

  private receiveRow(side: Side, answer: Extract<Pending, { kind: 'row' }>): void {
    const { nativeId, sentAt, row, deletedUnnamed } = answer;
    const register = this.register[side];
    // A read that finds nothing where nothing is known is no news about any row.
    if (row === null && !register.entries.has(nativeId)) return;
    const crash = (): boolean => this.strikes('registerCrash');
    const stored = register.observe(nativeId, { sentAt, row, deletedUnnamed }, crash);
    this.trace('row', side, stored, nativeId, row);
    if (stored === 'read-again') this.read(side, nativeId, deletedUnnamed);
  }

  private receivePage(sentAt: string, page: Page): void {
    const register = this.register.dataverse;
    // Rule 3: another page came first, this one is void.
    if (page.since !== register.cursor) return;
    const crash = (): boolean => this.strikes('registerCrash');
    this.trace('page', page);
    for (const id of page.deletedIds) {
      if (register.observe(id, { sentAt, row: undefined, deleted: true }, crash) === 'crashed') return;
    }
    const isFull = page.since === 0;
    const named = page.row?.id ?? null;
    const absent = isFull ? [...register.entries.keys()].filter((id) => id !== named) : [];
    for (const [nativeId, row] of [[named, page.row] as const, ...absent.map((id) => [id, null] as const)]) {
      if (nativeId === null) continue;
      const stored = register.observe(nativeId, { sentAt, row }, crash);
      if (stored === 'crashed') return;
      if (stored === 'read-again') this.read('dataverse', nativeId);
    }
    register.cursor = Math.max(register.cursor, page.token);
    if (isFull || register.epoch > 1) register.cover();
  }

  // ---- the mapper's surroundings ----

  publishWrites(): void {
    const { outbox } = this.mapper;
    for (let write = outbox[0]; write !== undefined; write = outbox[0]) {
      this.executor[write.side].queue.push(write);
      // Published, and not noted: it comes again.
      if (this.strikes('mapperCrash')) return;
      outbox.shift();
    }
  }

  /** Every observation that is left, examined once more: no write, no change. */
  replayChangesNothing(): boolean {
    const before = JSON.stringify(this.mapper.pairs);
    for (const side of SIDES) {
      for (const message of this.topic[side].log) {
        if (message?.kind === 'observation') this.mapper.take(message.observation);
      }
    }
    return JSON.stringify(this.mapper.pairs) === before && this.mapper.outbox.length === 0;
  }

  private planned(before: PairState, plan: Plan, event: PlanEvent): void {
    for (const note of plan.journal) {
      for (const field of note.fields) {
        if (field.lost === undefined) continue;
        const value = field[field.lost];
        if (typeof value === 'number') this.history.journaled.add(value);
      }
    }
    if (plan.pair.lives !== before.lives) this.tellLives(plan.pair);
    if (plan.pair !== before) this.trace('plan', event, '=>', plan);
  }

  private tellLives(pair: PairState): void {
    for (const life of pair.lives) {
      if (life.ids.fo.length === 0 || life.ids.dataverse.length === 0) continue;
      this.history.unite(
        SIDES.flatMap((side) => {
          const { row } = pair.seen[side];
          const known = life.ids[side].flatMap((id) => this.history.livesOfRow(side, id));
          return row && life.ids[side].includes(row.id)
            ? [...known, ...this.history.livesOf(row.cells as Cells)]
            : known;
        }),
      );
    }
  }

  private weakened(pair: PairState): PairState {
    let weak = pair;
    if (!this.has('base')) weak = { ...weak, base: {} };
    if (!this.has('intents')) weak = { ...weak, intents: [] };
    if (!this.has('tombstones'))
      weak = { ...weak, lives: weak.lives.map((life) => ({ ...life, ended: false })) };
    if (!this.has('park-doubt'))
      weak = { ...weak, parks: weak.parks.filter(({ reason }) => reason !== 'write-in-doubt') };
    return weak;
  }

  private newRegister(side: Side): SimRegister {
    return new SimRegister(side, this.topic[side], {
      hasIds: this.endpoint[side].traits.showsIds,
      keepsOrder: this.has('register-order'),
      hasOutbox: this.has('outbox'),
      keepsGone: this.has('cumulative-gone'),
      hasEpochs: this.has('epoch'),
      recalls: this.has('recall'),
    });
  }

  private traits(own: Partial<EndpointTraits>): EndpointTraits {
    const isConditional = (own.isConditional ?? true) && this.has('if-match');
    return { picksIds: false, showsIds: true, hasUniqueKey: true, returnsRow: true, ...own, isConditional };
  }
}
