import type { Command } from 'commander';
import type { ConflictView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { renderTable } from './table';

export function addConflictCommand(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'conflict', 'a row field by field: what was agreed, and what both sides show now', {
      examples: [
        'dw conflict customersv3-accounts usmf/US-001',
        'dw conflict customersv3-accounts usmf/US-001 --json',
      ],
      codes: '0 3 4 7',
    })
    .argument('<map>', 'name of the map')
    .argument('<row>', 'business key (usmf/US-001), native id of either side, or pair id')
    .option('--all', 'fields that are in step, too')
    .action(async (map: string, row: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { all?: boolean }>();
      const client = await line.client(options);
      const path = `maps/${encodeURIComponent(map)}/conflicts/${encodeURIComponent(row)}`;
      const answer = await client.get<{ pairs: ConflictView[] }>(path);
      line.write(answer, () => answer.pairs.map((pair) => pairText(pair, options.all === true)).join('\n\n'));
    });
}

function pairText(pair: ConflictView, isAll: boolean): string {
  const fields = pair.fields.filter(({ standing }) => isAll || standing !== 'in-step');
  const head = `${pair.key ?? pair.pairId}${pair.isHeld ? ' (held)' : ''}: ${stateOf(pair)}`;
  const who = (['fo', 'dataverse'] as const).flatMap((side) => {
    const changed = pair.changed[side];
    if (!changed) return [`${side}: no row`];
    return [`${side}: ${changed.nativeId}, changed ${shown(changed.at)} by ${shown(changed.by)}`];
  });
  const table =
    fields.length === 0
      ? 'No field differs.'
      : renderTable(fields, [
          { title: 'FIELD', value: ({ field }) => field },
          { title: 'AGREED IN F&O', value: ({ base }) => (base ? shown(base.fo) : 'never') },
          { title: 'AGREED IN DATAVERSE', value: ({ base }) => (base ? shown(base.dataverse) : 'never') },
          { title: 'F&O NOW', value: ({ fo }) => shown(fo) },
          { title: 'DATAVERSE NOW', value: ({ dataverse }) => shown(dataverse) },
          { title: 'STANDING', value: ({ standing }) => standing },
        ]);
  return [head, ...who, '', table].join('\n');
}

function stateOf({ parks }: ConflictView): string {
  if (parks.length === 0) return 'not parked';
  return parks.map(({ reason, text }) => (text === null ? reason : `${reason}: ${text}`)).join('; ');
}

function shown(value: unknown): string {
  return value === null || value === undefined ? '(none)' : String(value);
}
