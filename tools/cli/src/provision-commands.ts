import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { PlanItemView, ProvisionAnswer } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import type { ConsoleClient } from './console-client';
import { readDefinitionFiles, type DefinitionFile } from './definition-files';
import { EXIT } from './exit-codes';
import { failed } from './problem';
import { addSolutionCommand } from './solution-command';
import { renderTable } from './table';

/** Metadata of a large environment takes its time, and so does making a table. */
const REQUEST_TIMEOUT_MS = 120_000;
const ROUND_WAIT_MS = 1_000;
const MS_PER_SECOND = 1_000;

interface ProvisionOptions extends CommonOptions {
  readonly file?: string[];
  readonly timeout?: string;
}

export function addProvisionCommands(program: Command, line: CommandLine): void {
  const provision = program
    .command('provision')
    .description('what the maps need of both sides: tables, columns, keys, change tracking, webhooks');
  addLook(provision, line, 'plan', 'every difference, with what would be done about it; changes nothing');
  addApply(provision, line);
  addLook(provision, line, 'verify', 'is everything as the maps need it? changes nothing');
  addSolutionCommand(provision, line);
}

function addLook(parent: Command, line: CommandLine, name: 'plan' | 'verify', description: string): void {
  line
    .leaf(parent, name, description, {
      examples: [`dw provision ${name}`, `dw provision ${name} -f libs/maps/standard --json`],
      codes: '0 1 2 3 7',
    })
    .option('-f, --file <file...>', 'maps that are not applied yet (default: the maps in use)')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProvisionOptions>();
      const files = await filesOf(options, line);
      const client = await line.client(options);
      const { items } = await ask<ProvisionAnswer>(client, 'plan', files);
      line.write({ ok: !items.some(isOpen), items }, () => planTable(items));
      if (items.some(isOpen)) line.exitCode = EXIT.findings;
    });
}

function addApply(parent: Command, line: CommandLine): void {
  line
    .leaf(parent, 'apply', 'make what is missing; takes nothing away, and may be repeated at any time', {
      examples: ['dw provision apply', 'dw provision apply -f libs/maps/standard --timeout 600'],
      codes: '0 2 3 6 7 8',
    })
    .option('-f, --file <file...>', 'maps that are not applied yet (default: the maps in use)')
    .option('--timeout <seconds>', 'how long to go on, and to wait for the indexes of keys', '900')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProvisionOptions>();
      const timeoutMs = secondsOf(options.timeout) * MS_PER_SECOND;
      const files = await filesOf(options, line);
      const client = await line.client(options);
      const { applied, items } = await applyAll(client, files, timeoutMs, line);
      line.write({ ok: !items.some(isOpen), applied, items }, () =>
        [`${applied.length} things were made.`, planTable(items)].join('\n'),
      );
      if (items.some((item) => isOpen(item) && !item.isOurs)) line.exitCode = EXIT.partlyDone;
      else if (items.some(isOpen)) line.exitCode = EXIT.timedOut;
    });
}

type Applied = NonNullable<ProvisionAnswer['applied']>;

/** Round after round, until nothing of ours is left, nothing moves any more, or the time is over. */
async function applyAll(
  client: ConsoleClient,
  files: readonly DefinitionFile[],
  timeoutMs: number,
  line: CommandLine,
): Promise<{ applied: Applied; items: readonly PlanItemView[] }> {
  const applied: Applied[number][] = [];
  const endsAtMs = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask<ProvisionAnswer>(client, 'apply', files);
    const done = (answer.applied ?? []).filter(({ problem }) => problem === null);
    const refused = (answer.applied ?? []).filter(({ problem }) => problem !== null);
    applied.push(...done);
    for (const { where, problem } of refused)
      line.surroundings.streams.err(`refused: ${where}: ${problem}\n`);
    const ours = answer.items.filter((item) => isOpen(item) && item.isOurs);
    const isAtWork = done.length > 0 || ours.some(({ state }) => state === 'pending');
    if (ours.length === 0 || !isAtWork || Date.now() >= endsAtMs) return { applied, items: answer.items };
    line.surroundings.streams.err(`${applied.length} made, ${ours.length} to go\n`);
    await delay(done.length > 0 ? 0 : ROUND_WAIT_MS);
  }
}

function ask<T>(client: ConsoleClient, act: 'plan' | 'apply', files: readonly DefinitionFile[]): Promise<T> {
  const body = files.length === 0 ? {} : { files };
  return client.post<T>(`provision:${act}`, body, { timeoutMs: REQUEST_TIMEOUT_MS });
}

async function filesOf(
  { file = [] }: ProvisionOptions,
  line: CommandLine,
): Promise<readonly DefinitionFile[]> {
  return readDefinitionFiles(file, () => line.surroundings.readInput());
}

/** What nobody can see from outside is told, and is no difference. */
function isOpen({ state }: PlanItemView): boolean {
  return state !== 'unconfirmed';
}

function planTable(items: readonly PlanItemView[]): string {
  if (items.length === 0) return 'Everything is as the maps need it.';
  return renderTable(items, [
    { title: 'SIDE', value: (item) => item.side },
    { title: 'KIND', value: (item) => item.kind },
    { title: 'WHERE', value: (item) => item.where },
    { title: 'STATE', value: (item) => item.state },
    { title: 'WHAT', value: (item) => item.what },
    { title: 'BY', value: (item) => (item.isOurs ? 'dw provision apply' : (item.remedy ?? 'a person')) },
  ]);
}

function secondsOf(text: string | undefined): number {
  const seconds = Number(text);
  if (seconds > 0) return seconds;
  throw failed(EXIT.invalid, 'usage', `--timeout takes seconds, not "${text ?? ''}"`);
}
