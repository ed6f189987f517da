import type { Side } from '@dualwrite/events';
import type { DeletePolicy, DeleteVersusEdit } from '@dualwrite/planner';
import type { EndpointTraits } from './endpoint';
import { INVARIANTS, type Invariant } from './check';

/** What people do and which faults strike; probabilities are per opportunity, absent is never. */
export interface Scenario {
  readonly fo?: Partial<EndpointTraits>;
  readonly dataverse?: Partial<EndpointTraits>;
  /** Share of a person's acts. */
  readonly deletes?: number;
  readonly scopeChanges?: number;
  readonly winner?: Side;
  readonly deleteVersusEdit?: DeleteVersusEdit;
  /** Only three values exist, so that "the same value" proves nothing. */
  readonly hasFewValues?: boolean;
  /** Rows exist before anybody looks for the first time. */
  readonly startsWithRows?: boolean;
  /** People make no new rows there. */
  readonly noCreates?: readonly Side[];
  readonly plugin?: boolean;
  readonly pause?: boolean;
  /** A third field: the key itself, which people change. */
  readonly rename?: boolean;
  /** Whose database is set back to a backup, once in a run. */
  readonly restores?: 'mapper' | Side;
  /** Dataverse shows every value in a form of its own. */
  readonly hasServerForms?: boolean;
  /** Field b points at rows that appear in the course of the run. */
  readonly references?: boolean;
  /** The map begins with field a alone; its second version has all fields. */
  readonly versions?: boolean;
  /** A second map on the same rows has field b; the first one makes and deletes the rows. */
  readonly secondMap?: boolean;
  /** What becomes of an F&O row whose partner was deleted. */
  readonly foDeletes?: DeletePolicy;
  /** Share of the edits of which the other side is asked before they are saved. */
  readonly asks?: number;
  /** Share of the rows that Dataverse makes or deletes of which F&O is asked before. */
  readonly asksRows?: number;
  /** Dataverse refuses every fifth value when it comes from us. */
  readonly refusals?: boolean;
  readonly faults?: Partial<Record<Fault, number>>;
  /** The invariants that are promised; all by default. */
  readonly bar?: readonly Invariant[];
}

export type Fault =
  | 'lostAnswer'
  | 'throttled'
  | 'mapperCrash'
  | 'executorCrash'
  | 'registerCrash'
  | 'feedChaos'
  | 'redelivery'
  | 'compaction'
  | 'writesLost'
  | 'zombie'
  | 'dropDeletes'
  | 'lag';

const showsIds = { showsIds: true, picksIds: false };
const picksIds = { showsIds: true, picksIds: true };
const lost = { lostAnswer: 0.1 };
const crashes = { mapperCrash: 0.05, executorCrash: 0.05, registerCrash: 0.05 };
const wire = { feedChaos: 0.1, redelivery: 0.08, compaction: 0.12, writesLost: 0.04 };
const all = { ...lost, ...crashes, ...wire, zombie: 0.06 };
/** A value set back to what it was is no loss that anybody could see. */
const allButSilentLoss: readonly Invariant[] = [
  'agreement',
  'lost-update',
  'invention',
  'resurrection',
  'unjust-delete',
  'twin',
  'bounded-writes',
  'quiescence',
];

/** F&O shows no row ids unless a scenario says so; Dataverse takes ours. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  edits: {},
  'lost-answers': { faults: lost },
  throttled: { faults: { ...all, throttled: 0.2 }, plugin: true, deletes: 0.12 },
  'plug-in': { faults: lost, plugin: true },
  crashes: { faults: { ...lost, ...crashes }, plugin: true },
  chaos: { faults: all, plugin: true },
  deletes: { deletes: 0.12 },
  'deletes+chaos': { faults: all, plugin: true, deletes: 0.12 },
  'deletes+chaos+deletes-dropped': { faults: { ...all, dropDeletes: 0.3 }, plugin: true, deletes: 0.12 },
  'fo-shows-ids': { fo: showsIds, deletes: 0.12 },
  'fo-shows-ids+chaos': { fo: showsIds, faults: all, plugin: true, deletes: 0.12 },
  'fo-picks-ids': { fo: picksIds, deletes: 0.12 },
  'fo-picks-ids+chaos': { fo: picksIds, faults: { ...all, dropDeletes: 0.3 }, plugin: true, deletes: 0.12 },
  compaction: { faults: { ...lost, ...crashes, compaction: 0.6, lag: 0.85 }, deletes: 0.35 },
  'compaction+ids': {
    fo: picksIds,
    faults: { ...lost, ...crashes, compaction: 0.6, lag: 0.85 },
    deletes: 0.35,
  },
  'late-creates': { faults: { ...all, zombie: 0.3 }, plugin: true, deletes: 0.35 },
  'late-creates+ids': { fo: picksIds, faults: { ...all, zombie: 0.3 }, plugin: true, deletes: 0.35 },
  'dataverse-wins': { faults: all, plugin: true, deletes: 0.12, winner: 'dataverse' },
  start: {
    faults: all,
    plugin: true,
    startsWithRows: true,
    dataverse: { hasUniqueKey: false },
    noCreates: ['dataverse'],
  },
  'out-of-scope': { faults: all, plugin: true, deletes: 0.08, scopeChanges: 0.1 },
  pause: { faults: all, plugin: true, deletes: 0.12, pause: true },
  refusals: { faults: all, plugin: true, deletes: 0.08, refusals: true },
  'few-values': { faults: { ...lost, ...crashes, ...wire }, hasFewValues: true, bar: allButSilentLoss },
  'few-values+deletes': {
    fo: picksIds,
    faults: { ...lost, ...crashes, ...wire, zombie: 0.06 },
    deletes: 0.12,
    hasFewValues: true,
    bar: allButSilentLoss,
  },
  'class-b': {
    fo: { ...picksIds, isConditional: false },
    faults: { ...lost, ...crashes, ...wire },
    plugin: true,
    deletes: 0.08,
    bar: ['agreement', 'invention', 'bounded-writes', 'quiescence', 'twin'],
  },
  rename: { fo: picksIds, faults: all, plugin: true, deletes: 0.08, rename: true },
  'mapper-restored': { fo: picksIds, faults: all, plugin: true, deletes: 0.12, restores: 'mapper' },
  'fo-restored': { fo: picksIds, faults: all, plugin: true, deletes: 0.12, restores: 'fo' },
  'fo-restored+no-ids': { faults: all, plugin: true, deletes: 0.12, restores: 'fo' },
  'dataverse-restored': { fo: picksIds, faults: all, plugin: true, deletes: 0.12, restores: 'dataverse' },
  'delete-parks-on-edit': { faults: all, plugin: true, deletes: 0.12, deleteVersusEdit: 'park' },
  'edit-wins': { faults: all, plugin: true, deletes: 0.12, deleteVersusEdit: 'edit' },
  unlink: { faults: all, plugin: true, deletes: 0.12, foDeletes: 'unlink' },
  'server-forms': {
    fo: { returnsRow: true },
    faults: { ...lost, ...crashes, ...wire },
    deletes: 0.08,
    hasServerForms: true,
  },
  references: { faults: all, plugin: true, deletes: 0.12, references: true },
  versions: { faults: all, plugin: true, deletes: 0.12, versions: true },
  'two-maps': {
    faults: all,
    plugin: true,
    deletes: 0.12,
    secondMap: true,
    // A row that the first map holds for a stranger outlives the one with the newer value of the second map.
    bar: INVARIANTS.filter((invariant) => invariant !== 'lost-update'),
  },
  calls: { asks: 0.6 },
  'calls+chaos': { asks: 0.6, faults: all, plugin: true, deletes: 0.12 },
  'calls+forms': {
    asks: 0.6,
    fo: { returnsRow: true },
    faults: { ...lost, ...crashes, ...wire },
    hasServerForms: true,
    refusals: true,
  },
  'row-calls': { asksRows: 0.6, deletes: 0.3 },
  'row-calls+chaos': { asks: 0.3, asksRows: 0.6, deletes: 0.3, faults: all, plugin: true },
  'bulk-creates': { dataverse: { returnsRow: false }, faults: all, plugin: true, deletes: 0.3 },
};

export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS[name];
  if (scenario) return scenario;
  throw new Error(`no scenario is named ${name}; there are ${Object.keys(SCENARIOS).join(', ')}`);
}
