import type { Command } from 'commander';
import type { ErrorEvent, ErrorGroupView, RowEvent } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { addJournalCommand, groupsTable } from './journal-command';
import { detail } from './journal-detail';
import { renderTable } from './table';

export function addJournalCommands(program: Command, line: CommandLine): void {
  addRow(program, line);
  addErrors(program, line);
  addJournalCommand(program, line);
}

function addRow(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'row', 'what happened to a row, oldest first', {
      examples: ['dw row usmf/US-001', 'dw row 5f0c7f0e-3a75-4c8e-9d2b-0a1f4f0f7a11 --json'],
      codes: '0 3 7',
    })
    .argument(
      '<id-or-key>',
      'business key (usmf/US-001 or US-001), native id of either side, pair id or trace id',
    )
    .option('--limit <count>', 'at most so many of the newest events')
    .action(async (idOrKey: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { limit?: string }>();
      const client = await line.client(options);
      const answer = await client.get<{ events: RowEvent[] }>(`rows/${encodeURIComponent(idOrKey)}`, {
        limit: options.limit,
      });
      line.write(answer, () => {
        if (answer.events.length === 0) return `Nothing is known of a row "${idOrKey}".`;
        return renderTable(answer.events, [
          { title: 'AT', value: (event) => event.at },
          { title: 'SERVICE', value: (event) => event.service },
          { title: 'WHAT', value: (event) => event.what },
          { title: 'MAP', value: (event) => event.map ?? '' },
          { title: 'SIDE', value: (event) => event.side ?? '' },
          { title: 'TRACE', value: (event) => event.traceId ?? '' },
          { title: 'DETAIL', value: detail },
        ]);
      });
    });
}

function addErrors(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'errors', 'what went wrong, newest first', {
      examples: ['dw errors', 'dw errors --map customersv3-accounts --limit 20', 'dw errors --groups'],
      codes: '0 3 7',
    })
    .option('--map <name>', 'of this map only')
    .option('--groups', 'one line per cause, with how many rows have it')
    .option('--limit <count>', 'at most so many')
    .option('--cursor <cursor>', 'go on where the last answer ended')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { map?: string; limit?: string; cursor?: string; groups?: boolean }
      >();
      const client = await line.client(options);
      if (options.groups) {
        const { map, limit } = options;
        const found = await client.get<{ groups: ErrorGroupView[] }>('error-groups', { map, limit });
        return line.write(found, () => groupsTable(found.groups));
      }
      const answer = await client.get<{ errors: ErrorEvent[]; nextCursor: string | null }>('errors', {
        map: options.map,
        limit: options.limit,
        cursor: options.cursor,
      });
      line.write(answer, () => {
        if (answer.errors.length === 0) return 'No errors.';
        const table = renderTable(answer.errors, [
          { title: 'AT', value: (event) => event.at },
          { title: 'MAP', value: (event) => event.map ?? '' },
          { title: 'ROW', value: (event) => event.key ?? event.nativeId ?? '' },
          { title: 'SIDE', value: (event) => event.side ?? '' },
          { title: 'WHAT', value: (event) => event.what },
          { title: 'DETAIL', value: detail },
        ]);
        return answer.nextCursor === null
          ? table
          : `${table}\n\nOlder ones: dw errors --cursor ${answer.nextCursor}`;
      });
    });
}
