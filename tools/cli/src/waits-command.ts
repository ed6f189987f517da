import type { Command } from 'commander';
import type { WaitCause, WaitView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { renderTable } from './table';

const SHOWN_KEY_COUNT = 3;

export function addWaitsCommand(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'waits', 'rows that others wait for: by whom, and why they are not there', {
      examples: ['dw waits', 'dw waits --map customersv3-accounts --table msdyn_customergroup'],
      codes: '0 3 7',
    })
    .option('--map <name>', 'only what rows of this map wait for')
    .option('--table <name>', 'only rows of this Dataverse table')
    .option('--limit <count>', 'at most so many')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { map?: string; table?: string; limit?: string }
      >();
      const client = await line.client(options);
      const { map, table, limit } = options;
      const answer = await client.get<{ waits: WaitView[] }>('waits', { map, table, limit });
      line.write(answer, () => (answer.waits.length === 0 ? 'Nothing waits.' : waitsTable(answer.waits)));
    });
}

function waitsTable(waits: readonly WaitView[]): string {
  return renderTable(waits, [
    { title: 'ROWS', value: (wait) => wait.rowCount },
    { title: 'WAIT FOR', value: (wait) => `${wait.table} ${wait.value}` },
    { title: 'COMPANY', value: (wait) => wait.company ?? 'all' },
    { title: 'WHO', value: who },
    { title: 'WHY IT IS NOT THERE', value: why },
  ]);
}

function who({ rows, rowCount }: WaitView): string {
  const keys = rows.slice(0, SHOWN_KEY_COUNT).map(({ key, pairId }) => key ?? pairId);
  const more = rowCount - keys.length;
  return more > 0 ? `${keys.join(', ')} and ${more} more` : keys.join(', ');
}

const CAUSES: Readonly<Record<WaitCause, (wait: WaitView) => string>> = {
  'no-map': ({ table }) => `no map fills ${table}: make the row in Dataverse, or start a map`,
  'no-row': () => 'neither side has it',
  'on-its-way': ({ source }) => `on its way in ${source?.map ?? ''}`,
  waiting: (wait) => `waits itself in ${wait.source?.map ?? ''}, for ${itsWaits(wait)}`,
  circle: (wait) => `waits in a circle, for ${itsWaits(wait)}`,
  parked: ({ source }) => `parked in ${source?.map ?? ''}: ${source?.reason ?? ''}`,
  filtered: ({ source }) => `filtered out by ${source?.map ?? ''}`,
  held: ({ source }) => `held in ${source?.map ?? ''}`,
};

function itsWaits({ source }: WaitView): string {
  const names = source?.waitsFor.map(({ table, value }) => `${table} ${value}`) ?? [];
  return names.length > 0 ? names.join(', ') : 'the other side to be read';
}

function why(wait: WaitView): string {
  return CAUSES[wait.cause](wait);
}
