import type { Command } from 'commander';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { spanOf } from './moment';
import { failed } from './problem';
import { duration, renderTable } from './table';

interface HeldDeletes {
  readonly map: string;
  readonly areHeld: boolean;
  readonly reason: string | null;
  readonly heldAt: string | null;
  readonly deletedCount: number;
  readonly countMax: number;
  readonly limit: { readonly windowMs: number };
  readonly heldCount: number;
  readonly samples: readonly {
    readonly key: string | null;
    readonly pairId: string;
    readonly side: string;
  }[];
}

/** The mass-delete breaker. */
export function addDeleteCommands(program: Command, line: CommandLine): void {
  const deletes = program.command('deletes').description('deletes that are held because there are many');
  addShow(deletes, line);
  addRelease(deletes, line);
  addLimit(deletes, line);
}

function addShow(deletes: Command, line: CommandLine): void {
  line
    .leaf(deletes, 'show', 'how much a map has deleted of late, and what is held, with samples', {
      examples: ['dw deletes show customersv3-accounts', 'dw deletes show customersv3-accounts --json'],
      codes: '0 1 3 4 7',
    })
    .argument('<map>', 'name of the map')
    .action(async (name: string, _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const held = await client.get<HeldDeletes>(`maps/${encodeURIComponent(name)}/deletes`);
      line.write(held, () => heldText(held));
      if (held.areHeld) line.exitCode = EXIT.findings;
    });
}

function addRelease(deletes: Command, line: CommandLine): void {
  line
    .leaf(deletes, 'release', 'let held deletes go, at a rate; name how many there are', {
      examples: ['dw deletes release customersv3-accounts --count 1523 --reason "year end"'],
      codes: '0 2 3 4 5 7',
    })
    .argument('<map>', 'name of the map')
    .requiredOption('--count <count>', 'how many are held, as dw deletes show tells')
    .option('--reason <text>', 'why, for the journal')
    .option('--rate <count>', 'rows a second (default 50)')
    .action(async (name: string, _: unknown, command: Command) => {
      const { count, reason, rate, ...options } = command.optsWithGlobals<
        CommonOptions & { count: string; reason?: string; rate?: string }
      >();
      const client = await line.client(options);
      const operation = await client.post<{ id: string; total: number }>(
        `maps/${encodeURIComponent(name)}/deletes:release`,
        {
          count: wholeNumber(count, '--count'),
          ...(reason === undefined ? {} : { reason }),
          ...(rate === undefined ? {} : { ratePerSecond: wholeNumber(rate, '--rate') }),
        },
      );
      line.write(
        operation,
        () =>
          `${operation.total} deletes go. Follow them: dw op watch ${operation.id}; stop them: dw op stop`,
      );
    });
}

function addLimit(deletes: Command, line: CommandLine): void {
  line
    .leaf(deletes, 'limit', "set a map's own limit; what is left out is as the service says", {
      examples: ['dw deletes limit customersv3-accounts --count 200 --percent 5 --window 1h'],
      codes: '0 2 3 4 6 7',
    })
    .argument('<map>', 'name of the map')
    .option('--count <count>', 'deletes within the window')
    .option('--percent <percent>', "of the map's rows; holds above a hundred deletes")
    .option('--window <time>', 'like 15m or 1h')
    .action(async (name: string, _: unknown, command: Command) => {
      const { count, percent, window, ...options } = command.optsWithGlobals<
        CommonOptions & { count?: string; percent?: string; window?: string }
      >();
      const client = await line.client(options);
      const answer = await client.put<{ deleteLimit: object; confirmed: boolean; missing?: string[] }>(
        `maps/${encodeURIComponent(name)}/delete-limit`,
        {
          ...(count === undefined ? {} : { countMax: wholeNumber(count, '--count') }),
          ...(percent === undefined ? {} : { percentMax: wholeNumber(percent, '--percent') }),
          ...(window === undefined ? {} : { windowMs: spanOf(window, '--window') }),
        },
      );
      line.write(answer, () => {
        const own = JSON.stringify(answer.deleteLimit);
        return `${name} has the limit ${own}${answer.confirmed ? '' : `; not confirmed yet by ${answer.missing?.join(', ')}`}`;
      });
      if (!answer.confirmed) line.exitCode = EXIT.timedOut;
    });
}

function heldText(held: HeldDeletes): string {
  const { map, deletedCount, countMax, limit, samples, heldCount } = held;
  const so = `${map} has deleted ${deletedCount} rows within ${duration(limit.windowMs)}; it may delete ${countMax}.`;
  if (!held.areHeld && heldCount === 0) return `${so} Nothing is held.`;
  const table = renderTable(samples, [
    { title: 'ROW', value: ({ key, pairId }) => key ?? pairId },
    { title: 'WOULD BE DELETED IN', value: ({ side }) => side },
  ]);
  return [
    so,
    `Held since ${held.heldAt ?? 'just now'}: ${held.reason ?? ''}`,
    `${heldCount} deletes wait. The first:`,
    table,
    `Let them go: dw deletes release ${map} --count ${heldCount}. Keep a row: dw release ${map} ROW --winner SIDE.`,
  ].join('\n');
}

function wholeNumber(text: string, option: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw failed(EXIT.invalid, 'usage', `${option} takes a whole number`, { detail: `It got "${text}".` });
}
