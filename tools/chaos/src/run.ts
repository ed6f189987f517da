import { setTimeout as delay } from 'node:timers/promises';
import type { MapStatus, RunningStack } from '@dualwrite/e2e';
import { arrivalsMs, type Breach, type Parked } from '@dualwrite/proof';
import type { ChaosSettings } from './arguments';
import { gatherEvidence, givenUpIn, parkedPairs, storyOf, WAITS_FOR_PARKED, type Evidence } from './evidence';
import { People } from './people';
import { makePlan, type Plan } from './plan';
import { seedRows, type SeedRows } from './seed-rows';
import { setStage } from './stage';
import { breachStory } from './story';
import { CUSTOMERS, GROUPS } from './subjects';
import { TroubleMaker } from './trouble-maker';
import { breachesOf, figuresOf, unexplained } from './verdict';

const REST_DEADLINE_MS = 240_000;
const REST_LOOK_EVERY_MS = 1_000;
/** The journal is kept by a service of its own, a moment behind. */
const JOURNAL_DEADLINE_MS = 30_000;
const STORIES_MAX = 10;

export interface ChaosResult {
  readonly ok: boolean;
  readonly [figure: string]: unknown;
}

/** People work and things break by the plan; then, at rest, the judge looks. */
export async function runChaos(
  settings: ChaosSettings,
  { talk, signal }: { readonly talk: (text: string) => void; readonly signal: AbortSignal },
): Promise<ChaosResult> {
  const plan = makePlan(settings);
  const seed = seedRows(settings.customers);
  const stack = await setStage(settings, seed, talk);
  const troubles = new TroubleMaker(stack, { ...settings, talk });
  let result: ChaosResult | undefined;
  try {
    const people = new People(stack, {
      customers: codesOf(seed, CUSTOMERS.map),
      groups: codesOf(seed, GROUPS.map),
    });
    talk(`${plan.acts.length} acts of people, ${plan.troubles.length} troubles, ${settings.minutes} minutes`);
    await perform(plan, { people, troubles, signal });
    talk('The troubles are over; waiting until both sides are in step');
    await troubles.end();
    const restMs = await untilAtRest(stack, signal);
    talk(restMs === null ? 'They do not get in step' : `In step after ${(restMs / 1000).toFixed(1)} s`);
    result = await judge(stack, { seed, settings, troubles, people, restMs, talk });
    return result;
  } finally {
    troubles.thaw();
    const keep = settings.keep || result?.ok !== true;
    if (keep) talk(`The installation's folder stays: ${stack.state}`);
    await stack.stop({ keep });
  }
}

/** Each act at its moment; none waits for another one's answer. @throws the first failure of any */
async function perform(
  plan: Plan,
  {
    people,
    troubles,
    signal,
  }: { readonly people: People; readonly troubles: TroubleMaker; readonly signal: AbortSignal },
): Promise<void> {
  const moments = [
    ...plan.acts.map((act) => ({ atMs: act.atMs, work: () => people.act(act) })),
    ...plan.troubles.map((trouble) => ({ atMs: trouble.atMs, work: () => troubles.make(trouble) })),
  ].sort((left, right) => left.atMs - right.atMs);
  const failures: unknown[] = [];
  const under: Promise<unknown>[] = [];
  const startedAt = Date.now();
  for (const { atMs, work } of moments) {
    await delay(Math.max(0, startedAt + atMs - Date.now()), undefined, { signal });
    if (failures.length > 0) break;
    under.push(work().catch((error: unknown) => failures.push(error)));
  }
  await Promise.all(under);
  if (failures.length > 0) throw failures[0];
}

/** @returns how long it took until nothing was on its way and both sides agreed; null: not before the deadline */
async function untilAtRest(stack: RunningStack, signal: AbortSignal): Promise<number | null> {
  const startedAt = Date.now();
  while (Date.now() - startedAt < REST_DEADLINE_MS) {
    const isAtRest = await atRest(stack).catch(() => false);
    if (isAtRest) return Date.now() - startedAt;
    await delay(REST_LOOK_EVERY_MS, undefined, { signal });
  }
  return null;
}

async function atRest(stack: RunningStack): Promise<boolean> {
  const maps = await stack.dw.status();
  const parked = await parkedPairs(stack);
  if (!maps.every((map) => map.state === 'running' && (map.inStep || waitsForParkedAlone(map, parked))))
    return false;
  return unexplained(await stack.differences(), parked).length === 0;
}

/** Rows that wait for a row whose own pair is parked wait until a person acts. */
function waitsForParkedAlone(
  { name, lagMs, lagCount, waiting }: MapStatus,
  parked: readonly Parked[],
): boolean {
  const excused = parked.filter(
    ({ map, reason }) => map === name && reason.startsWith(WAITS_FOR_PARKED),
  ).length;
  return lagMs === 0 && lagCount === 0 && waiting > 0 && waiting <= excused;
}

interface Course {
  readonly seed: SeedRows;
  readonly settings: ChaosSettings;
  readonly troubles: TroubleMaker;
  readonly people: People;
  readonly restMs: number | null;
  readonly talk: (text: string) => void;
}

async function judge(stack: RunningStack, course: Course): Promise<ChaosResult> {
  const { settings, troubles, people, restMs, talk } = course;
  const evidence = await withJournal(stack, await gatherEvidence(stack, course.seed.deeds));
  const breaches = breachesOf(evidence);
  const { deeds, parked } = evidence.history;
  const lags = arrivalsMs(deeds.filter(({ n }) => n > 0)).toSorted((left, right) => left - right);
  for (const breach of breaches.slice(0, STORIES_MAX)) talk(await tell(stack, breach, evidence));
  if (breaches.length > STORIES_MAX) talk(`... and ${breaches.length - STORIES_MAX} more`);
  if (breaches.length > 0) talk(`Again: npm run chaos -- ${flagsOf(settings)} (--plan shows its plan)`);
  const proof = await stack.dw.prove();
  for (const { kind, map, key, text } of proof.breaches)
    talk(`dw prove: ${kind} ${map} ${key ?? ''}: ${text}`);
  for (const { map, key, reason } of parked) talk(`parked: ${map} ${key}: ${reason}`);
  return {
    ok: breaches.length === 0 && proof.ok && restMs !== null,
    edits: deeds.filter(({ by, n }) => by === 'person' && n > 0).length,
    kills: troubles.kills,
    restores: troubles.restores,
    ...figuresOf(breaches),
    proved: proof.breachCount,
    maxLagMs: lags.at(-1) ?? 0,
    medianLagMs: lags[Math.floor(lags.length / 2)] ?? 0,
    parked: parked.length,
    writes: deeds.filter(({ by }) => by === 'product').length,
    refused: people.refusedCount,
    inStepAfterMs: restMs,
    minutes: settings.minutes,
    seed: settings.seed,
  };
}

/** Adds what the journal says of rows that look as if they had lost something. */
async function withJournal(stack: RunningStack, evidence: Evidence): Promise<Evidence> {
  const end = Date.now() + JOURNAL_DEADLINE_MS;
  for (let current = evidence; ;) {
    const suspects = lostRows(current);
    if (suspects.length === 0 || Date.now() > end) return current;
    // One after the other: after a long run there are hundreds, and the journal answers a few at a time.
    const givenUp = [...current.history.givenUp];
    for (const row of suspects) givenUp.push(...givenUpIn(await storyOf(stack, row.key), row));
    current = { ...evidence, history: { ...evidence.history, givenUp } };
    if (lostRows(current).length > 0) await delay(REST_LOOK_EVERY_MS);
  }
}

function lostRows(evidence: Evidence): readonly { readonly map: string; readonly key: string }[] {
  const rows = breachesOf(evidence).flatMap(({ kind, map, key }) =>
    kind === 'lost-value' && key !== null ? [{ map, key }] : [],
  );
  return [...new Map(rows.map((row) => [`${row.map} ${row.key}`, row])).values()];
}

async function tell(stack: RunningStack, breach: Breach, { history }: Evidence): Promise<string> {
  const { map, key } = breach;
  const deeds = history.deeds.filter(
    (deed) => deed.map === map && deed.key.toLowerCase() === key?.toLowerCase(),
  );
  const events =
    key === null
      ? []
      : (await storyOf(stack, key)).filter((event) => event.map === null || event.map === map);
  return breachStory(breach, { deeds, events });
}

function codesOf({ deeds }: SeedRows, map: string): readonly string[] {
  return deeds.filter((deed) => deed.map === map).map(({ key }) => key.slice(key.indexOf('/') + 1));
}

function flagsOf({ minutes, seed, kills, replicas, customers }: ChaosSettings): string {
  return `--minutes ${minutes} --seed ${seed} --kill ${kills.join(',') || 'none'} --replicas ${replicas} --customers ${customers}`;
}
