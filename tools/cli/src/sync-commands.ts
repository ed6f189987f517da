import type { Command } from 'commander';
import type { SyncPlanAnswer, SyncRunView } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { renderTable } from './table';

/** Both sides are read whole. */
const PLAN_TIMEOUT_MS = 15 * 60_000;

export function addSyncCommands(program: Command, line: CommandLine): void {
  const sync = program.command('sync').description('first syncs of maps');
  line
    .leaf(sync, 'plan', 'what a first sync would do, and what stands in its way; writes nothing', {
      examples: ['dw sync plan', 'dw sync plan customersv3-accounts --json'],
      codes: '0 1 3 4 7',
    })
    .argument('[maps...]', 'only these maps (default: all)')
    .action(async (maps: string[], _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const plan = await client.post<SyncPlanAnswer>('sync/plans', { maps }, { timeoutMs: PLAN_TIMEOUT_MS });
      line.write(plan, () => planText(plan));
      if (plan.problemCount > 0) line.exitCode = EXIT.findings;
    });
  addStatus(sync, line);
}

function addStatus(sync: Command, line: CommandLine): void {
  line
    .leaf(sync, 'status', 'how far first syncs are: per table what is read, and what became of the rows', {
      examples: ['dw sync status', 'dw sync status customersv3-accounts --json'],
      codes: '0 3 7',
    })
    .argument('[map]', 'only this map')
    .action(async (map: string | undefined, _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      const answer = await client.get<{ runs: SyncRunView[] }>('sync/runs', { map });
      line.write(answer, () => runsText(answer.runs));
    });
}

function runsText(runs: readonly SyncRunView[]): string {
  if (runs.length === 0) return 'No map has been started yet.';
  const tables = renderTable(
    runs.flatMap(({ map, tables: own }) => own.map((table) => ({ map, ...table }))),
    [
      { title: 'MAP', value: (table) => table.map },
      { title: 'SIDE', value: (table) => table.side },
      { title: 'TABLE', value: (table) => table.table },
      { title: 'COMPANY', value: (table) => (table.company === '*' ? 'all' : table.company) },
      { title: 'STATE', value: (table) => table.state },
      { title: 'READ', value: (table) => table.read },
      { title: 'OF', value: (table) => table.total ?? '' },
      { title: 'ROWS/S', value: (table) => table.ratePerSecond },
      {
        title: 'LEFT',
        value: (table) => (table.secondsLeft === null ? '' : rangeText(table.secondsLeft)),
      },
      { title: 'LAST ERROR', value: (table) => table.error ?? '' },
    ],
  );
  const books = renderTable(runs, [
    { title: 'MAP', value: (run) => run.map },
    { title: 'RUN', value: (run) => run.state },
    { title: 'WRITTEN TO F&O', value: (run) => run.books?.written.fo ?? '' },
    { title: 'WRITTEN TO DATAVERSE', value: (run) => run.books?.written.dataverse ?? '' },
    { title: 'EQUAL', value: (run) => run.books?.unchanged ?? '' },
    { title: 'FILTERED', value: (run) => run.books?.filtered ?? '' },
    { title: 'WAITING', value: (run) => run.books?.waiting ?? '' },
    { title: 'PARKED', value: (run) => run.books?.parked ?? '' },
  ]);
  return `${tables}\n\n${books}\n\nWhy rows are parked: dw parked MAP. What they wait for: dw waits MAP.`;
}

function planText({ maps, seconds, problemCount }: SyncPlanAnswer): string {
  if (maps.length === 0) return 'There are no maps yet. Apply one: dw map apply -f FILE';
  const table = renderTable(maps, [
    { title: 'WAVE', value: (map) => map.wave },
    { title: 'MAP', value: (map) => map.name },
    { title: 'F&O ROWS', value: (map) => map.rows.fo },
    { title: 'DATAVERSE ROWS', value: (map) => map.rows.dataverse },
    { title: 'CREATES', value: (map) => `${map.creates.fo} / ${map.creates.dataverse}` },
    { title: 'UPDATES', value: (map) => `${map.updates.fo} / ${map.updates.dataverse}` },
    { title: 'EQUAL', value: (map) => map.unchanged },
    { title: 'FILTERED', value: (map) => map.filtered.fo + map.filtered.dataverse },
    { title: 'WOULD PARK', value: (map) => map.parked },
    { title: 'WOULD WAIT', value: (map) => map.waiting },
    { title: 'TIME', value: (map) => rangeText(map.seconds) },
  ]);
  const head = `${table}\n\nCreates and updates: in F&O / in Dataverse. All together: ${rangeText(seconds)}.`;
  if (problemCount === 0) return `${head}\nNo row has a problem.`;
  const groups = renderTable(
    maps.flatMap(({ problems }) => problems),
    [
      { title: 'ROWS', value: (group) => group.rowCount },
      { title: 'MAP', value: (group) => group.map },
      { title: 'CODE', value: (group) => group.code },
      { title: 'FIELD', value: (group) => group.field ?? '' },
      { title: 'WHY', value: (group) => group.text },
      { title: 'FOR EXAMPLE', value: (group) => group.samples.slice(0, 2).join(', ') },
    ],
  );
  return `${head}\n\n${groups}`;
}

function rangeText({ low, high }: { readonly low: number; readonly high: number }): string {
  return low === high ? durationText(low) : `${durationText(low)} to ${durationText(high)}`;
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
