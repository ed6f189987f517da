import { Option, type Command } from 'commander';
import type { ErrorGroupView, JournalEvent } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { detail } from './journal-detail';
import { EXIT } from './exit-codes';
import { failed } from './problem';
import { renderTable, type TableColumn } from './table';
import { momentOf } from './moment';

interface JournalOptions extends CommonOptions {
  readonly key?: string;
  readonly map?: string;
  readonly company?: string;
  readonly code?: string;
  readonly service?: string;
  readonly severity?: string;
  readonly event?: string;
  readonly side?: string;
  readonly group?: string;
  readonly trace?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly cursor?: string;
  readonly follow?: boolean;
}

const COLUMNS: readonly TableColumn<JournalEvent>[] = [
  { title: 'AT', value: (event) => event.at },
  { title: 'SEVERITY', value: (event) => event.severity },
  { title: 'SERVICE', value: (event) => event.service },
  { title: 'WHAT', value: (event) => event.what },
  { title: 'MAP', value: (event) => event.map ?? '' },
  { title: 'ROW', value: (event) => event.key ?? event.nativeId ?? '' },
  { title: 'SIDE', value: (event) => event.side ?? '' },
  { title: 'TRACE', value: (event) => event.traceUrl ?? event.traceId ?? '' },
  { title: 'DETAIL', value: detail },
];

export function addJournalCommand(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'journal', 'what happened, newest first; or as it comes', {
      examples: [
        'dw journal --map customersv3-accounts --severity error --since 2h',
        'dw journal --trace 4bf92f3577b34da6a3ce929d0e0e4736',
        'dw journal --company usmf --follow',
      ],
      codes: '0 2 3 7 130',
    })
    .option('--key <key>', 'business key, with or without company, or native id')
    .option('--map <name>', 'of this map only')
    .option('--company <code>', 'of this company only')
    .option('--code <code>', 'with this code only')
    .option('--service <name>', 'said by this service only')
    .addOption(new Option('--severity <severity>', 'only these').choices(['info', 'warning', 'error']))
    .option('--event <event>', 'of this event only: applied, parked, rejected, ...')
    .addOption(new Option('--side <side>', 'of this side only').choices(['fo', 'dataverse']))
    .option('--group <fingerprint>', 'of this error group only (dw errors --groups)')
    .option('--trace <id>', 'the whole life of one change')
    .option('--since <time>', 'from this moment on: 2026-11-23T08:00:00Z, or 90m, 2h, 7d ago')
    .option('--until <time>', 'before this moment, in the same forms')
    .option('--limit <count>', 'at most so many')
    .option('--cursor <cursor>', 'go on where the last answer ended')
    .option('--follow', 'show entries as they come, until Ctrl+C')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<JournalOptions>();
      if (options.follow) return follow(line, options);
      const client = await line.client(options);
      const answer = await client.get<{ entries: JournalEvent[]; nextCursor: string | null }>('journal', {
        ...filterOf(options),
        limit: options.limit,
        cursor: options.cursor,
      });
      line.write(answer, () => {
        if (answer.entries.length === 0) return 'No entries.';
        const table = renderTable(answer.entries, COLUMNS);
        return answer.nextCursor === null ? table : `${table}\n\nOlder ones: --cursor ${answer.nextCursor}`;
      });
    });
}

/** One line per entry: the same document as without --follow for machines, words for people. */
async function follow(line: CommandLine, options: JournalOptions): Promise<void> {
  if (options.limit !== undefined || options.cursor !== undefined || options.until !== undefined) {
    throw failed(EXIT.invalid, 'usage', '--follow takes neither --limit nor --cursor nor --until');
  }
  const client = await line.client(options);
  const { streams, interrupted = new AbortController().signal } = line.surroundings;
  for await (const event of client.events<JournalEvent>('journal/stream', filterOf(options), interrupted)) {
    if (line.form === 'table') {
      const words = COLUMNS.map(({ value }) => String(value(event))).filter((word) => word !== '');
      streams.out(`${words.join('  ')}\n`);
    } else streams.out(`${JSON.stringify(event)}\n`);
  }
  line.exitCode = EXIT.interrupted;
}

function filterOf(options: JournalOptions): Readonly<Record<string, string | undefined>> {
  const { key, map, company, code, service, severity, event, side, group, trace } = options;
  return {
    ...{ key, map, company, code, service, severity, event, side, group, trace },
    since: momentOf(options.since, '--since'),
    until: momentOf(options.until, '--until'),
  };
}

export function groupsTable(groups: readonly ErrorGroupView[]): string {
  if (groups.length === 0) return 'No open errors.';
  return renderTable(groups, [
    { title: 'GROUP', value: (group) => group.fingerprint },
    { title: 'MAP', value: (group) => group.map ?? '' },
    { title: 'WHAT', value: (group) => group.what },
    { title: 'COUNT', value: (group) => group.count },
    { title: 'FIRST', value: (group) => group.firstAt },
    { title: 'LAST', value: (group) => group.lastAt },
    { title: 'STATE', value: (group) => group.state },
    { title: 'ROW', value: (group) => group.sampleKey ?? '' },
    {
      title: 'DETAIL',
      value: ({ code, text }) => [code, text].filter((part) => part !== null && part !== '').join(': '),
    },
  ]);
}
