import { setTimeout as delay } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import type { OperationView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import type { ConsoleClient } from './console-client';
import { EXIT } from './exit-codes';
import { failed } from './problem';
import { renderTable } from './table';

const WATCH_MS = 500;
const WAIT_SECONDS_DEFAULT = 600;

export interface WaitOptions extends CommonOptions {
  readonly wait?: boolean;
  readonly timeout?: string;
}

export function addOperationCommands(program: Command, line: CommandLine): void {
  addRetry(program, line);
  const operation = program.command('op').description('operations: retries and replays, with their progress');
  addList(operation, line);
  addOne(operation, line, 'get', 'how far it is', (client, id) => client.get(`operations/${id}`));
  addOne(operation, line, 'start', 'start a frozen selection, or go on with what was stopped', (client, id) =>
    client.post(`operations/${id}:start`, {}),
  );
  addOne(operation, line, 'stop', 'stop it; what is done stays done', (client, id) =>
    client.post(`operations/${id}:stop`, {}),
  );
  addWatch(operation, line);
}

function addRetry(program: Command, line: CommandLine): void {
  const command = line
    .leaf(program, 'retry', 'plans parked rows again: some, a group, or all of a map', {
      examples: [
        'dw retry customersv3-accounts --group 3f2a90c1d7be --wait',
        'dw retry customersv3-accounts --release --winner fo --rate 20 --reason "agreed with sales"',
        'dw retry customersv3-accounts --freeze',
      ],
      codes: '0 2 3 4 6 7 8 9',
    })
    .argument('<map>', 'name of the map')
    .argument('[row...]', 'only these rows')
    .option('--group <fingerprint>', 'only this group of dw parked')
    .option('--release', 'decide doubts by what both sides show, and let go what is held, too')
    .addOption(new Option('--winner <side>', 'with --release: who wins').choices(['fo', 'dataverse']))
    .option('--rate <count>', 'rows a second')
    .option('--freeze', 'only choose; dw op start ID starts it')
    .option('--reason <text>', 'who and why, for the journal');
  withWait(command).action(async (map: string, rows: string[], _: unknown, done: Command) => {
    const options = done.optsWithGlobals<
      WaitOptions & {
        group?: string;
        release?: boolean;
        winner?: string;
        rate?: string;
        freeze?: boolean;
        reason?: string;
      }
    >();
    const client = await line.client(options);
    const operation = await client.post<OperationView>('retries', {
      map,
      ...(rows.length > 0 ? { rows } : {}),
      ...(options.group === undefined ? {} : { group: options.group }),
      ...(options.release ? { how: 'release' } : {}),
      ...(options.winner === undefined ? {} : { winner: options.winner }),
      ...(options.rate === undefined ? {} : { ratePerSecond: Number(options.rate) }),
      ...(options.freeze ? { frozen: true } : {}),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    });
    await finish(line, client, operation, options);
  });
}

/** Options of a command that starts an operation. */
export function withWait(command: Command): Command {
  return command
    .option('--wait', 'wait until it has ended; progress on stderr')
    .option('--timeout <seconds>', `with --wait: at most so long (default: ${WAIT_SECONDS_DEFAULT})`);
}

/** Shows the operation, once it has ended if that was asked for; sets the exit code. */
export async function finish(
  line: CommandLine,
  client: ConsoleClient,
  operation: OperationView,
  options: WaitOptions,
  isPreview = false,
): Promise<void> {
  const ended = options.wait ? await watch(line, client, operation, options.timeout) : operation;
  line.write(ended, () => operationsText([ended]));
  line.exitCode =
    isPreview && (ended.outcomes['differs'] ?? 0) > 0
      ? EXIT.findings
      : exitCodeOf(ended, options.wait === true);
}

async function watch(
  line: CommandLine,
  client: ConsoleClient,
  operation: OperationView,
  timeout = String(WAIT_SECONDS_DEFAULT),
): Promise<OperationView> {
  if (!/^\d{1,7}$/.test(timeout)) throw failed(EXIT.invalid, 'usage', '--timeout takes whole seconds');
  const endsAtMs = Date.now() + Number(timeout) * 1_000;
  let seen = operation;
  let said = '';
  while (seen.state === 'running' && Date.now() < endsAtMs) {
    const progress = `${seen.done} of ${seen.total}`;
    if (progress !== said) line.surroundings.streams.err(`${seen.kind} ${seen.id}: ${progress}\n`);
    said = progress;
    await delay(WATCH_MS);
    seen = await client.get<OperationView>(`operations/${seen.id}`);
  }
  return seen;
}

/** Rows that are parked again are what `partly done` means; the answer counts them. */
function exitCodeOf({ state, outcomes }: OperationView, isWaited: boolean): number {
  if (state === 'failed') return EXIT.failed;
  if (!isWaited) return EXIT.done;
  if (state === 'running') return EXIT.timedOut;
  if (state === 'stopped') return EXIT.failed;
  return (outcomes['parked'] ?? 0) > 0 ? EXIT.partlyDone : EXIT.done;
}

function addList(parent: Command, line: CommandLine): void {
  line
    .leaf(parent, 'list', 'all operations, the newest first', {
      examples: ['dw op list --json'],
      codes: '0 3 7',
    })
    .option('--limit <count>', 'at most so many')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { limit?: string }>();
      const client = await line.client(options);
      const answer = await client.get<{ operations: OperationView[] }>('operations', {
        limit: options.limit,
      });
      line.write(answer, () =>
        answer.operations.length === 0 ? 'There are no operations yet.' : operationsText(answer.operations),
      );
    });
}

function addOne(
  parent: Command,
  line: CommandLine,
  verb: string,
  description: string,
  ask: (client: ConsoleClient, id: string) => Promise<OperationView>,
): void {
  line
    .leaf(parent, verb, description, { examples: [`dw op ${verb} ID`], codes: '0 3 4 5 7' })
    .argument('<id>', 'of the operation')
    .action(async (id: string, _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const operation = await ask(client, encodeURIComponent(id));
      line.write(operation, () => operationsText([operation]));
    });
}

function addWatch(parent: Command, line: CommandLine): void {
  line
    .leaf(parent, 'watch', 'wait until it has ended; progress on stderr', {
      examples: ['dw op watch ID --timeout 60'],
      codes: '0 3 4 6 7 8 9',
    })
    .argument('<id>', 'of the operation')
    .option('--timeout <seconds>', `at most so long (default: ${WAIT_SECONDS_DEFAULT})`)
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { timeout?: string }>();
      const client = await line.client(options);
      const operation = await client.get<OperationView>(`operations/${encodeURIComponent(id)}`);
      await finish(line, client, operation, { ...options, wait: true });
    });
}

function operationsText(operations: readonly OperationView[]): string {
  return renderTable(operations, [
    { title: 'ID', value: ({ id }) => id },
    { title: 'KIND', value: ({ kind }) => kind },
    { title: 'MAP', value: ({ map }) => map },
    { title: 'ROWS', value: ({ asked }) => asked.selection ?? '' },
    { title: 'STATE', value: ({ state }) => state },
    { title: 'DONE', value: ({ done, total }) => `${done} of ${total}` },
    { title: 'OUTCOMES', value: outcomesText },
  ]);
}

function outcomesText({ outcomes, text }: OperationView): string {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return [...counts, ...(text === null ? [] : [text])].join(', ');
}
