import { SIDES, type Cells, type Side, type Write } from '@dualwrite/events';
import type { MapRules, PairState, Plan, PlanEvent } from '@dualwrite/planner';
import { Asking } from './asking';
import { AskingRows } from './asking-rows';
import { Endpoint, type Effect, type EndpointTraits } from './endpoint';
import { formsOf, type Forms } from './forms';
import { History } from './history';
import { Observing } from './observing';
import { Backups } from './backups';
import { People } from './people';
import { seededRandom, type Random } from './random';
import type { Safeguard } from './safeguards';
import type { Fault, Scenario } from './scenarios';
import { FLOAT_STEPS, SimExecutor } from './sim-executor';
import { ownFields, simMap, simSecondMap } from './sim-map';
import { SimMapper, type MapperHooks } from './sim-mapper';
import { SimRegister, type TopicMessage } from './sim-register';
import type { Scene } from './story';
import { Topic } from './topic';

export type Trace = (step: number, scene: Scene) => void;

/** References point at one of so many rows. */
export const GROUP_COUNT = 4;

/**
 * Two systems, their connectors, a mapper, people and faults around the product's own planner, register and executor
 * logic. This class holds what is there; `schedule.ts` moves it, one seeded step after the other.
 */
export class World {
  readonly random: Random;
  readonly fields: readonly string[];
  /** Of the map that makes and deletes the rows. */
  readonly owned: readonly string[];
  readonly history: History;
  readonly endpoint: Readonly<Record<Side, Endpoint>>;
  readonly topic: Readonly<Record<Side, Topic<TopicMessage>>> = { fo: new Topic(), dataverse: new Topic() };
  readonly register: Readonly<Record<Side, SimRegister>>;
  readonly executor: Readonly<Record<Side, SimExecutor>>;
  /** One for each map on the rows. */
  readonly mappers: SimMapper[];
  readonly people: People;
  readonly asking: Asking;
  readonly askingRows: AskingRows;
  readonly observing: Observing;
  readonly forms: Forms;
  readonly count = { writes: 0, reads: 0, edits: 0, pausedWrites: 0 };
  /** Writes of instances thought dead, that the server may still carry out. */
  readonly floating: { readonly write: Write; readonly deadline: number }[] = [];
  now = 0;
  runEpoch = 1;
  pause: 'asked' | 'confirmed' | null = null;
  readonly backups: Backups;
  isDraining = false;
  /** All that was said has been heard. */
  isAtRest = false;
  isQuiet = false;
  private readonly removed: ReadonlySet<Safeguard>;
  /** Rows that references may point at. */
  private readonly knownGroups = new Set<number>();

  constructor(
    seed: number,
    readonly scenario: Scenario,
    without: readonly Safeguard[] = [],
    private readonly log: Trace | null = null,
  ) {
    this.random = seededRandom(seed * 7919 + 13);
    this.removed = new Set(without);
    this.fields = scenario.rename ? ['a', 'b', 'k'] : ['a', 'b'];
    this.owned = ownFields(scenario, this.fields);
    this.forms = formsOf(scenario);
    const show = scenario.hasFewValues ? (value: number) => value % 3 : (value: number) => value;
    this.history = new History(show);
    this.endpoint = {
      fo: this.newEndpoint('fo', { showsIds: false, picksIds: true, returnsRow: false, ...scenario.fo }),
      dataverse: this.newEndpoint('dataverse', { ...scenario.dataverse }),
    };
    this.observing = new Observing(this);
    this.register = { fo: this.newRegister('fo'), dataverse: this.newRegister('dataverse') };
    this.executor = { fo: new SimExecutor('fo', this), dataverse: new SimExecutor('dataverse', this) };
    this.mappers = [new SimMapper(this.mapOf(1), this.mapperHooks({ isOwner: true }))];
    if (scenario.secondMap) {
      const second = simSecondMap(scenario, this.mapParts());
      this.mappers.push(new SimMapper(second, this.mapperHooks({ isOwner: false }), 'second'));
    }
    this.people = new People(this);
    this.asking = new Asking(this);
    this.askingRows = new AskingRows(this);
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

  trace(scene: Scene): void {
    this.log?.(this.now, scene);
  }

  parkReason(): string | null {
    const parked = this.mappers
      .flatMap(({ pairs }) => pairs)
      .find(({ state }) => state.parks.length > 0 || state.verdict === 'filtered');
    return parked ? (parked.state.parks[0]?.reason ?? 'filtered') : null;
  }

  // ---- what the hub does to the sides ----

  effect(write: Write, isLate = false): Effect {
    const endpoint = this.endpoint[write.side];
    const before = endpoint.row;
    const values = this.valuesOf(write.side, write.patch);
    const target = { id: write.rowId, expects: write.expects };
    const effect =
      write.kind === 'create'
        ? endpoint.create(values, write.rowId)
        : write.kind === 'update'
          ? endpoint.update(values, target)
          : endpoint.remove(target);
    this.trace({ what: 'effect', write, effect, isLate });
    if (effect.kind !== 'done') return effect;
    this.count.writes += 1;
    if (!this.asking.took(write, before) && before) this.history.travels(before, values);
    this.askingRows.took(write);
    if (this.pause === 'confirmed') this.count.pausedWrites += 1;
    if (write.kind === 'delete' && before) this.history.hubDeletes(before);
    if (effect.row) this.people.afterSave(write.side, effect.row);
    return effect;
  }

  isRefused(write: Write): boolean {
    if (!this.scenario.refusals || write.side !== 'dataverse' || write.kind === 'delete') return false;
    return Object.values(this.valuesOf(write.side, write.patch)).some((value) => value % 5 === 0);
  }

  float(write: Write): void {
    this.floating.push({ write, deadline: this.now + FLOAT_STEPS });
    this.trace({ what: 'stuck', write });
  }

  /** Carried out late, or dropped by the server. */
  land(index: number, isCarriedOut: boolean): void {
    const [landed] = this.floating.splice(index, 1);
    if (!landed || !isCarriedOut || this.isRefused(landed.write)) return;
    this.effect(landed.write, true);
  }

  // ---- the mapper's surroundings ----

  publishWrites(): void {
    for (const { outbox } of this.mappers) this.publishOutbox(outbox);
  }

  private publishOutbox(outbox: Write[]): void {
    for (let write = outbox[0]; write !== undefined; write = outbox[0]) {
      this.executor[write.side].queue.push(write);
      // Published, and not noted: it comes again.
      if (this.strikes('mapperCrash')) return;
      outbox.shift();
    }
  }

  /** A row appears that references point at; whoever waits for it is looked at again. */
  makeGroupKnown(group: number): void {
    if (this.knownGroups.has(group)) return;
    this.knownGroups.add(group);
    this.trace({ what: 'note', text: `Group ${group} appears.` });
    for (const mapper of this.mappers) mapper.redriveWaiting();
  }

  /** The next version of the map takes over while it runs: a sweep plans everything again. */
  switchVersion(): void {
    const [mapper] = this.mappers;
    if (!this.scenario.versions || mapper === undefined || mapper.rules.version > 1) return;
    this.trace({ what: 'note', text: 'Version 2 of the map takes over.' });
    mapper.rules = this.mapOf(2);
    mapper.redrive();
  }

  /** Every observation that is left, examined once more: no write, no change. */
  replayChangesNothing(): boolean {
    const state = (): string => JSON.stringify(this.mappers.map(({ pairs, outbox }) => ({ pairs, outbox })));
    const before = state();
    for (const message of SIDES.flatMap((side) => this.topic[side].log)) {
      if (message?.kind !== 'observation') continue;
      for (const mapper of this.mappers) mapper.take(message.observation);
    }
    return state() === before;
  }

  /** Whose map makes and deletes the rows says which of them are one thing. */
  private planned(before: PairState, plan: Plan, event: PlanEvent, isOwner: boolean): void {
    for (const note of plan.journal) {
      // By policy the row outlives its partner, and the journal says so.
      if (isOwner && note.event === 'unlinked') this.forgive(plan.pair);
      for (const field of note.fields) {
        if (field.lost === undefined) continue;
        const value = this.forms.fromCell(field.lost, field.field, field[field.lost] ?? null);
        if (value !== 0) this.history.journaled.add(value);
      }
    }
    if (isOwner && plan.pair.lives !== before.lives) this.tellLives(plan.pair);
    this.asking.hear(plan.calls);
    this.askingRows.follow(plan.pair);
    this.askingRows.hear(plan.calls);
    if (plan.pair !== before) this.trace({ what: 'planned', event, plan });
  }

  private forgive(pair: PairState): void {
    for (const side of SIDES) {
      const { row } = pair.seen[side];
      if (row) this.history.forgive(this.valuesOf(side, row.cells));
    }
  }

  private tellLives(pair: PairState): void {
    for (const life of pair.lives) {
      if (life.ids.fo.length === 0 || life.ids.dataverse.length === 0) continue;
      this.history.unite(
        SIDES.flatMap((side) => {
          const { row } = pair.seen[side];
          const known = life.ids[side].flatMap((id) => this.history.livesOfRow(side, id));
          return row && life.ids[side].includes(row.id)
            ? [...known, ...this.history.livesOf(this.valuesOf(side, row.cells))]
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

  /** What the side holds, out of what it shows or is sent. */
  private valuesOf(side: Side, cells: Cells): Record<string, number> {
    const known = this.fields.filter((field) => cells[field] !== undefined);
    return Object.fromEntries(
      known.map((field) => [field, this.forms.fromCell(side, field, cells[field] ?? null)]),
    );
  }

  private mapOf(version: number): MapRules {
    return simMap(this.scenario, version, this.mapParts());
  }

  private mapParts(): Parameters<typeof simMap>[2] {
    return {
      fields: this.fields,
      show: this.history.show,
      forms: this.forms,
      traits: { fo: this.endpoint.fo.traits, dataverse: this.endpoint.dataverse.traits },
      isKnown: (value) => this.knownGroups.has(value % GROUP_COUNT),
      admits: this.has('admits'),
    };
  }

  private mapperHooks({ isOwner }: { isOwner: boolean }): MapperHooks {
    return {
      topic: this.topic,
      weaken: (pair) => this.weakened(pair),
      filed: (pair) => (this.has('one-class') || pair.parks.length === 0 ? pair : { ...pair, verdict: null }),
      isAlwaysCovered: !this.has('covered'),
      catchesUp: this.has('catch-up'),
      isTorn: () => !this.has('pair-lock') && !this.isDraining && this.random() < 0.3,
      isTornEnd: () => this.isDraining || this.random() < 0.5,
      runEpoch: () => this.runEpoch,
      // At rest nothing is waited for any more.
      nowMs: () => (this.isAtRest ? Infinity : this.now),
      planned: (before, plan, event) => this.planned(before, plan, event, isOwner),
      read: (side, nativeId) => this.observing.read(side, nativeId),
    };
  }

  private newEndpoint(side: Side, own: Partial<EndpointTraits>): Endpoint {
    const isConditional = (own.isConditional ?? true) && this.has('if-match');
    const traits = {
      picksIds: false,
      showsIds: true,
      hasUniqueKey: true,
      returnsRow: true,
      ...own,
      isConditional,
    };
    return new Endpoint(side, traits, (values) => {
      const cells = this.fields.map(
        (name) => [name, this.forms.toCell(side, name, values[name] ?? 0)] as const,
      );
      return Object.fromEntries(cells);
    });
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
}
