import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { OperationView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { finish, withWait, type WaitOptions } from './operation-commands';
import { failed } from './problem';

interface ReplayOptions extends CommonOptions {
  readonly from?: string;
  readonly offset?: string[];
  readonly keys?: string;
  readonly read?: boolean;
  readonly rate?: string;
  readonly reason?: string;
}

export function addReplayCommands(program: Command, line: CommandLine): void {
  const replay = program
    .command('replay')
    .description('examine rows again: since a time, since an offset, or by key');
  const verbs = {
    preview: 'say how many rows differ; changes nothing',
    run: 'mend what differs, and nothing else',
  };
  for (const [verb, description] of Object.entries(verbs)) addVerb(replay, line, verb, description);
}

function addVerb(replay: Command, line: CommandLine, verb: string, description: string): void {
  const command = line
    .leaf(replay, verb, description, {
      examples: [
        `dw replay ${verb} customersv3-accounts --from 2026-11-20T00:00:00Z --wait`,
        `dw replay ${verb} customersv3-accounts --offset dw.fo.CustomersV3.observations/0:4711`,
        `dw replay ${verb} customersv3-accounts usmf/US-001 usmf/US-002${verb === 'run' ? ' --read' : ''}`,
      ],
      codes: verb === 'preview' ? '0 1 2 3 4 5 6 7 9' : '0 2 3 4 5 6 7 8 9',
    })
    .argument('<map>', 'name of the map')
    .argument('[row...]', 'business keys, native ids of either side, or pair ids')
    .option('--from <time>', 'every row that was seen since, ISO 8601')
    .option('--offset <topic/partition:offset...>', 'every row that was seen since, as Kafka counts')
    .option('--keys <file>', 'rows from a file, one a line; - for standard input')
    .option('--rate <count>', 'rows a second')
    .option('--reason <text>', 'who and why');
  if (verb === 'run') command.option('--read', 'have both sides read afresh first');
  withWait(command).action(async (map: string, rows: string[], _: unknown, done: Command) => {
    const options = done.optsWithGlobals<ReplayOptions & WaitOptions>();
    const which = await whichRows(options, rows, line);
    const client = await line.client(options);
    const operation = await client.post<OperationView>('replays', {
      map,
      ...which,
      ...(verb === 'preview' ? { preview: true } : {}),
      ...(options.read ? { read: true } : {}),
      ...(options.rate === undefined ? {} : { ratePerSecond: Number(options.rate) }),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    });
    // A preview is asked for its answer: it is always waited for.
    const isPreview = verb === 'preview';
    await finish(
      line,
      client,
      operation,
      { ...options, wait: isPreview || options.wait === true },
      isPreview,
    );
  });
}

async function whichRows(
  options: ReplayOptions,
  rows: readonly string[],
  line: CommandLine,
): Promise<object> {
  const { from, offset, keys } = options;
  const given = [from, offset, keys, rows.length > 0 ? rows : undefined].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw failed(EXIT.invalid, 'usage', 'Say which rows by one of ROW..., --keys, --from and --offset');
  if (from !== undefined) {
    if (Number.isNaN(Date.parse(from))) throw failed(EXIT.invalid, 'usage', `--from: ${from} is no time`);
    return { from: new Date(from).toISOString() };
  }
  if (offset !== undefined) return { offsets: Object.fromEntries(offset.map(placeOf)) };
  if (keys === undefined) return { rows };
  const text = keys === '-' ? await line.surroundings.readInput() : await readKeys(keys);
  return {
    rows: text
      .split(/\r?\n/)
      .map((key) => key.trim())
      .filter((key) => key !== ''),
  };
}

function placeOf(text: string): [string, string] {
  const [, place, offset] = /^(.+\/\d+):(\d+)$/.exec(text) ?? [];
  if (place === undefined || offset === undefined)
    throw failed(EXIT.invalid, 'usage', `--offset wants TOPIC/PARTITION:OFFSET, not ${text}`);
  return [place, offset];
}

async function readKeys(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw Object.assign(failed(EXIT.invalid, 'file-unreadable', `${file} cannot be read`), { cause });
  }
}
