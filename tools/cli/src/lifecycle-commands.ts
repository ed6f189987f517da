import { Option, type Command } from 'commander';
import type { LifecycleAnswer, MapView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { spanOf } from './moment';
import { failed } from './problem';
import { renderTable } from './table';

const VERBS = {
  start: 'read both sides anew, write what differs, then keep them in step',
  pause: 'stop planning; changes are kept and travel after a resume',
  resume: 'go on where the map was paused',
  stop: 'end the map; starting it again reads both sides anew',
  shadow: 'observe both sides and write nothing, while others keep them in step',
  cutover: 'end the shadow: from now on it is this map that writes',
} as const;
type Verb = keyof typeof VERBS;

/** States in which `--all` means a map. */
const MEANT: Readonly<Record<Verb, readonly string[]>> = {
  start: ['draft', 'stopped'],
  pause: ['running'],
  resume: ['paused'],
  stop: ['running', 'paused', 'shadow'],
  shadow: ['draft', 'stopped'],
  cutover: ['shadow'],
};

interface ActOptions extends CommonOptions {
  readonly all?: boolean;
  readonly reason?: string;
  readonly withDependants?: boolean;
  readonly refuseDependants?: boolean;
  readonly mode?: string;
  readonly discardCount?: string;
  readonly skipInitialSync?: boolean;
  readonly grace?: string;
}

interface ActAnswer {
  readonly maps: readonly LifecycleAnswer[];
  readonly dependants?: readonly string[];
}

export function addLifecycleCommands(map: Command, line: CommandLine): void {
  for (const verb of Object.keys(VERBS) as Verb[]) addVerb(map, line, verb);
}

function addVerb(map: Command, line: CommandLine, verb: Verb): void {
  const command = line
    .leaf(map, verb, `${VERBS[verb]}; waits until every service has confirmed`, {
      examples: [`dw map ${verb} customersv3-accounts`, ...examplesOf(verb), `dw map ${verb} --all --json`],
      codes: '0 2 3 4 5 6 7 8',
    })
    .argument('[name...]', 'names of the maps')
    .option('--all', `every map that is ${MEANT[verb].join(' or ')}`)
    .option('--reason <text>', 'why, for the journal and beside the state');
  if (verb === 'pause' || verb === 'stop') addDependants(command);
  if (verb === 'resume') addModes(command);
  if (verb === 'start')
    command.option('--skip-initial-sync', 'what is there is taken for agreed; only edits from now on travel');
  if (verb === 'shadow') command.option('--grace <time>', 'so long the others have: 90s, 5m (default), 1h');
  command.action(async (names: string[], _: unknown, done: Command) => {
    const options = done.optsWithGlobals<ActOptions>();
    if (names.length === 0 && !options.all)
      throw failed(EXIT.invalid, 'usage', `Name the maps to ${verb}, or say --all`);
    const client = await line.client(options);
    const named = options.all ? await allFor(verb, () => client.get<{ maps: MapView[] }>('maps')) : names;
    if (named.length === 0) {
      line.write({ maps: [] }, () => `There is no map to ${verb}.`);
      return;
    }
    const answer = await client.post<ActAnswer>(`maps:${verb}`, { names: named, ...bodyOf(options) });
    line.write(answer, () => actText(answer));
    line.exitCode = exitCodeOf(answer.maps);
  });
}

function examplesOf(verb: Verb): string[] {
  if (verb === 'start') return ['dw map start customersv3-accounts --skip-initial-sync'];
  if (verb === 'resume') return ['dw map resume customersv3-accounts --mode hold'];
  if (verb === 'shadow') return ['dw map shadow customersv3-accounts --grace 10m'];
  if (verb === 'pause') return ['dw map pause customergroups --with-dependants --reason "month end"'];
  return [];
}

function addDependants(command: Command): void {
  command
    .addOption(
      new Option('--with-dependants', 'running maps whose rows point at rows of these, too').conflicts(
        'refuseDependants',
      ),
    )
    .option('--refuse-dependants', 'do nothing where running maps depend on these (default: name them)');
}

function addModes(command: Command): void {
  command
    .addOption(
      new Option('--mode <mode>', 'what becomes of the changes that came meanwhile').choices([
        'catch-up',
        'hold',
        'discard',
      ]),
    )
    .option('--discard-count <count>', 'with --mode discard: the count that was told at the first try');
}

async function allFor(verb: Verb, list: () => Promise<{ maps: MapView[] }>): Promise<string[]> {
  const { maps } = await list();
  return maps.filter(({ desired }) => MEANT[verb].includes(desired)).map(({ name }) => name);
}

function bodyOf(options: ActOptions): object {
  const { reason, mode, withDependants, refuseDependants, discardCount } = options;
  const { skipInitialSync, grace } = options;
  if (discardCount !== undefined && !/^\d+$/.test(discardCount)) {
    throw failed(EXIT.invalid, 'usage', '--discard-count takes a whole number');
  }
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(mode === undefined ? {} : { mode }),
    ...(withDependants ? { dependants: 'with' } : {}),
    ...(refuseDependants ? { dependants: 'refuse' } : {}),
    ...(grace === undefined ? {} : { graceMs: spanOf(grace, '--grace') }),
    ...(discardCount === undefined ? {} : { discardCount: Number(discardCount) }),
    ...(skipInitialSync ? { initialSync: 'skip' } : {}),
  };
}

function actText({ maps, dependants = [] }: ActAnswer): string {
  const table = renderTable(maps, [
    { title: 'MAP', value: (done) => done.name },
    { title: 'STATE', value: (done) => done.state },
    { title: 'CONFIRMED', value: confirmation },
  ]);
  if (dependants.length === 0) return table;
  return `${table}\n\nRows of these running maps point at them and may wait: ${dependants.join(', ')}`;
}

function confirmation(answer: LifecycleAnswer): string {
  if (answer.refused) return `refused: ${answer.refused.text}`;
  return answer.confirmed ? 'yes' : `not yet; waiting for ${answer.missing?.join(', ') ?? 'the services'}`;
}

function exitCodeOf(answers: readonly LifecycleAnswer[]): number {
  if (answers.some((answer) => answer.refused)) return EXIT.partlyDone;
  return answers.every((answer) => answer.confirmed) ? EXIT.done : EXIT.timedOut;
}
