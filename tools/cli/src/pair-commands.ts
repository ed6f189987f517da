import { Option, type Command } from 'commander';
import type { ParkView, ParkedPair, ReleasedRow } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { renderTable } from './table';

export function addPairCommands(program: Command, line: CommandLine): void {
  addParked(program, line);
  addRelease(program, line);
}

function addParked(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'parked', 'what a map has set aside, newest first, with the reasons', {
      examples: ['dw parked customersv3-accounts', 'dw parked customersv3-accounts --limit 20 --json'],
      codes: '0 3 4 7',
    })
    .argument('<map>', 'name of the map')
    .option('--limit <count>', 'at most so many')
    .action(async (map: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { limit?: string }>();
      const client = await line.client(options);
      const path = `maps/${encodeURIComponent(map)}/parked`;
      const answer = await client.get<{ parked: ParkedPair[] }>(path, { limit: options.limit });
      line.write(answer, () => {
        if (answer.parked.length === 0) return 'Nothing is parked.';
        return renderTable(answer.parked, [
          { title: 'SINCE', value: (pair) => pair.since },
          { title: 'ROW', value: (pair) => pair.key ?? pair.pairId },
          { title: 'REASON', value: (pair) => reasons(pair.parks) },
        ]);
      });
    });
}

function addRelease(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'release', 'drops the parks of rows: they are planned again by what both sides show now', {
      examples: [
        'dw release customersv3-accounts usmf/US-001',
        'dw release customersv3-accounts usmf/US-001 --winner fo --reason "agreed with sales"',
      ],
      codes: '0 1 3 4 5 7 8',
    })
    .argument('<map>', 'name of the map')
    .argument('<row...>', 'business keys (usmf/US-001), native ids of either side, or pair ids')
    .addOption(
      new Option(
        '--winner <side>',
        'whose value, or whose delete, counts where the policy asks a person',
      ).choices(['fo', 'dataverse']),
    )
    .option('--reason <text>', 'who and why, for the journal')
    .action(async (map: string, rows: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { winner?: string; reason?: string }>();
      const client = await line.client(options);
      const answer = await client.post<{ rows: ReleasedRow[] }>(`maps/${encodeURIComponent(map)}:release`, {
        rows,
        ...(options.winner === undefined ? {} : { winner: options.winner }),
        ...(options.reason === undefined ? {} : { reason: options.reason }),
      });
      line.write(answer, () =>
        renderTable(answer.rows, [
          { title: 'ROW', value: (released) => released.row },
          { title: 'NOW', value: outcome },
        ]),
      );
      line.exitCode = exitCodeOf(answer.rows);
    });
}

function outcome({ refused, pairs }: ReleasedRow): string {
  if (refused) return `refused: ${refused.text}`;
  return pairs
    .map(({ verdict, parks }) => (parks.length > 0 ? `parked again: ${reasons(parks)}` : (verdict ?? 'open')))
    .join('; ');
}

function reasons(parks: readonly ParkView[]): string {
  return parks
    .map(({ reason, text, code }) => [reason, text ?? code].filter((part) => part !== null).join(': '))
    .join('; ');
}

function exitCodeOf(rows: readonly ReleasedRow[]): number {
  if (rows.some(({ refused }) => refused)) return EXIT.partlyDone;
  return rows.some(({ pairs }) => pairs.some(({ parks }) => parks.length > 0)) ? EXIT.findings : EXIT.done;
}
