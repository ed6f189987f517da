import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { INVARIANTS } from './check';
import { exploreTogether } from './crew';
import { figuresTable } from './figures';
import { guaranteesTable } from './guarantees';
import { withTable, type Part } from './guarantees-page';
import { add, figuresOf, NOTHING, runOnce, type Exploration } from './run';
import { isSafeguard, SAFEGUARDS, type Safeguard } from './safeguards';
import { SCENARIOS, scenarioNamed } from './scenarios';
import { tell } from './story';

const USAGE = `usage: npm run sim -- --scenario NAME[,NAME]|all --seeds N [--from K] [--without SAFEGUARD] [--json]
       npm run sim -- --scenario NAME --seed K --trace [--without SAFEGUARD]   one run, step by step
       npm run sim -- --safeguards                                             is each one's removal caught?
       npm run sim -- --list
       npm run sim -- --guarantees               writes the table of docs/guarantees.md
       npm run sim -- --figures FILE[,FILE...]   writes its figures, added up from saved answers of --scenario`;
const EXIT_BROKEN = 1;
const EXIT_WRONG_USAGE = 2;
/** Stories of failing seeds that are told unasked: enough to begin with. */
const STORIES_MAX = 1;

export interface Streams {
  out(line: string): void;
  talk(line: string): void;
}

class WrongUsage extends Error {}

export async function runProgram(args: readonly string[], streams: Streams): Promise<number> {
  try {
    const options = optionsOf(args);
    if (options.list) return list(streams);
    if (options.isGuarantees) return writePart('guarantees', guaranteesTable(), streams);
    if (options.figures !== null) return writePart('figures', figuresTable(read(options.figures)), streams);
    if (options.isSafeguards) return await tryRemovals(options.from, streams);
    return options.seed === null
      ? await exploreAll(options, streams)
      : traceOne(options, options.seed, streams);
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    streams.talk(`${error.message}\n${USAGE}`);
    return EXIT_WRONG_USAGE;
  }
}

interface Options {
  readonly scenario: string;
  readonly names: readonly string[];
  readonly seeds: number;
  readonly from: number;
  readonly seed: number | null;
  readonly without: readonly Safeguard[];
  readonly list: boolean;
  readonly isSafeguards: boolean;
  readonly isTold: boolean;
  readonly isGuarantees: boolean;
  /** Files with answers of earlier explorations. */
  readonly figures: string | null;
}

function optionsOf(args: readonly string[]): Options {
  const values = parsed(args);
  const scenario = values.scenario;
  const names = scenario === 'all' ? Object.keys(SCENARIOS) : scenario.split(',');
  for (const name of names) {
    if (!Object.hasOwn(SCENARIOS, name))
      throw new WrongUsage(`no scenario is named ${name}; there are ${Object.keys(SCENARIOS).join(', ')}`);
  }
  const without = (values.without?.split(',') ?? []).map((name) => {
    if (isSafeguard(name)) return name;
    throw new WrongUsage(`no safeguard is named ${name}; --list names them`);
  });
  const seed = values.seed === undefined ? null : whole('--seed', values.seed);
  if (seed !== null && names.length !== 1) throw new WrongUsage('--seed takes one --scenario NAME');
  return {
    ...{ scenario, names, seed, without, list: values.list, isSafeguards: values.safeguards },
    seeds: whole('--seeds', values.seeds),
    from: whole('--from', values.from),
    isTold: values.trace,
    isGuarantees: values.guarantees,
    figures: values.figures ?? null,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string', default: 'all' },
        seeds: { type: 'string', default: '1000' },
        from: { type: 'string', default: '1' },
        seed: { type: 'string' },
        without: { type: 'string' },
        trace: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        safeguards: { type: 'boolean', default: false },
        guarantees: { type: 'boolean', default: false },
        figures: { type: 'string' },
        // Every answer is one line of JSON on stdout anyway.
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new WrongUsage(`${name} takes a whole number above 0, not ${text}`);
}

function list({ out }: Streams): number {
  const safeguards = SAFEGUARDS.map(({ name, scenario, seeds }) => ({ name, scenario, seeds }));
  out(JSON.stringify({ scenarios: Object.keys(SCENARIOS), invariants: INVARIANTS, safeguards }));
  return 0;
}

async function exploreAll(options: Options, streams: Streams): Promise<number> {
  const { names, seeds, from, without } = options;
  const found = await exploreTogether(names.map((scenario) => ({ scenario, seeds, from, without })));
  const scenarios = [...found].map(([scenario, one]) => lineOf(scenario, one));
  const all = [...found.values()].reduce(add, NOTHING);
  const failing = [...found].filter(([, { violations }]) => violations > 0);
  for (const [scenario, { failingSeeds }] of failing.slice(0, STORIES_MAX)) {
    for (const seed of failingSeeds.slice(0, 1)) tellStory({ scenario, seed, without }, streams.talk);
  }
  streams.out(
    JSON.stringify({
      ...lineOf(options.scenario, all),
      // Of each scenario: the figure that was asked for.
      seeds,
      ...(without.length > 0 && { without }),
      scenarios,
    }),
  );
  return all.violations > 0 ? EXIT_BROKEN : 0;
}

function lineOf(scenario: string, found: Exploration) {
  return { scenario, ...found, ...figuresOf(found) };
}

function traceOne(options: Options, seed: number, streams: Streams): number {
  const [scenario = ''] = options.names;
  const { without } = options;
  if (options.isTold) tellStory({ scenario, seed, without }, streams.out);
  const { findings, bad, ...result } = runOnce(seed, scenarioNamed(scenario), { without });
  streams.out(JSON.stringify({ scenario, seed, violations: bad.length > 0 ? 1 : 0, findings, ...result }));
  return bad.length > 0 ? EXIT_BROKEN : 0;
}

function tellStory(
  of: { scenario: string; seed: number; without: readonly Safeguard[] },
  say: (line: string) => void,
): void {
  say(`${of.scenario}, seed ${of.seed}${of.without.length > 0 ? `, without ${of.without.join(', ')}` : ''}:`);
  const { findings, parked } = runOnce(of.seed, scenarioNamed(of.scenario), {
    without: of.without,
    trace: (step, scene) => {
      const words = tell(scene);
      if (words !== null) say(`${String(step).padStart(5)}  ${words}`);
    },
  });
  if (parked !== null) say(`At rest the pair is set aside: ${parked}.`);
  for (const { invariant, text } of findings) say(`Broken: ${invariant}: ${text}.`);
  if (findings.length === 0) say('All that is promised holds.');
}

const PAGE = path.resolve(__dirname, '../../../../docs/guarantees.md');

function writePart(part: Part, table: string, { out, talk }: Streams): number {
  writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), part, table));
  talk(table);
  out(JSON.stringify({ ok: true, file: PAGE }));
  return 0;
}

/** Answers that were saved, added up by scenario. */
function read(files: string): Map<string, Exploration> {
  const found = new Map<string, Exploration>();
  for (const file of files.split(',')) {
    const last = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    const { scenarios } = JSON.parse(last) as { scenarios: readonly (Exploration & { scenario: string })[] };
    for (const one of scenarios) found.set(one.scenario, add(found.get(one.scenario) ?? NOTHING, one));
  }
  return found;
}

/** Each safeguard is taken away where `--list` says that it shows. */
async function tryRemovals(from: number, streams: Streams): Promise<number> {
  const removals = [];
  for (const { name, scenario, seeds, breaks } of SAFEGUARDS) {
    const found =
      (await exploreTogether([{ scenario, seeds, from, without: [name] }])).get(scenario) ?? NOTHING;
    const { violations, byInvariant, failingSeeds } = found;
    const isCaught = (byInvariant[breaks] ?? 0) > 0;
    removals.push({
      name,
      scenario,
      seeds,
      violations,
      byInvariant,
      isCaught,
      first: failingSeeds[0] ?? null,
    });
    const share = `${violations} of ${seeds} runs of ${scenario} are broken, ${byInvariant[breaks] ?? 0} by ${breaks}`;
    streams.talk(`without ${name}: ${share}`);
  }
  const areCaught = removals.every(({ isCaught }) => isCaught);
  streams.out(JSON.stringify({ ok: areCaught, removals }));
  return areCaught ? 0 : EXIT_BROKEN;
}
