import { Option, type Command } from 'commander';
import type { ParkGroup, ParkView, ParkedPair, ReleasedRow } from './api';
import { choicesOf } from './choices';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { renderTable } from './table';

export function addPairCommands(program: Command, line: CommandLine): void {
  addParked(program, line);
  addRelease(program, line);
}

function addParked(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'parked', 'what is set aside: in groups that want one remedy, or the rows of one map', {
      examples: ['dw parked', 'dw parked customersv3-accounts --group 3f2a90c1d7be --limit 20 --json'],
      codes: '0 3 4 7',
    })
    .argument('[map]', 'its rows, newest first, with the reasons (default: groups of all maps)')
    .option('--groups', 'groups of this map instead of its rows')
    .option('--group <fingerprint>', 'rows of this group only')
    .option('--limit <count>', 'at most so many')
    .action(async (map: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { limit?: string; group?: string; groups?: boolean }
      >();
      const client = await line.client(options);
      const { limit, group } = options;
      if (map === undefined || options.groups) {
        const answer = await client.get<{ groups: ParkGroup[] }>('parked', { map, limit });
        line.write(answer, () => groupsText(answer.groups));
        return;
      }
      const path = `maps/${encodeURIComponent(map)}/parked`;
      const answer = await client.get<{ parked: ParkedPair[] }>(path, { limit, group });
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

function groupsText(groups: readonly ParkGroup[]): string {
  if (groups.length === 0) return 'Nothing is parked.';
  return renderTable(groups, [
    { title: 'GROUP', value: (group) => group.fingerprint },
    { title: 'MAP', value: (group) => group.map },
    { title: 'ROWS', value: (group) => group.count },
    { title: 'CODE', value: (group) => group.code },
    { title: 'DIRECTION', value: (group) => group.direction },
    { title: 'FIELD', value: (group) => group.field ?? '' },
    { title: 'FIRST', value: (group) => group.firstAt },
    { title: 'LAST', value: (group) => group.lastAt },
    { title: 'TRIED AGAIN', value: (group) => group.retryAt ?? '' },
    {
      title: 'ROWS LIKE',
      value: ({ samples }) =>
        samples
          .map(({ key, pairId }) => key ?? pairId)
          .slice(0, 2)
          .join(', '),
    },
    { title: 'WHY', value: (group) => group.text ?? group.reason },
  ]);
}

function addRelease(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'release', 'drops the parks of rows: they are planned again by what both sides show now', {
      examples: [
        'dw release customersv3-accounts usmf/US-001',
        'dw release customersv3-accounts usmf/US-001 --winner fo --reason "agreed with sales"',
        'dw release customersv3-accounts usmf/US-001 --take CreditLimit=fo --set OrganizationName="Contoso Ltd"',
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
    .option('--take <field=side...>', 'whose value of a field counts: CreditLimit=fo')
    .option(
      '--set <field=value...>',
      "a value for both sides, in F&O's form; `dataverse:VALUE` in Dataverse's",
    )
    .option('--reason <text>', 'who and why, for the journal')
    .action(async (map: string, rows: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { winner?: string; reason?: string; take?: string[]; set?: string[] }
      >();
      const choices = choicesOf(options);
      const client = await line.client(options);
      const answer = await client.post<{ rows: ReleasedRow[] }>(`maps/${encodeURIComponent(map)}:release`, {
        rows,
        ...(choices === undefined ? {} : { choices }),
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
