import type { Command } from 'commander';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { failed } from './problem';
import { renderTable } from './table';

interface RollingView {
  readonly map: string;
  readonly rowsPerMinute: number;
  readonly isOwn: boolean;
  readonly round: { readonly side: string; readonly rowCount: number } | null;
  readonly lastRound: { readonly endedAt: string; readonly rowCount: number } | null;
  readonly differenceCount: number;
  readonly unexplainedCount: number;
}

interface RollingMapView extends RollingView {
  readonly differences: readonly {
    readonly kind: string;
    readonly key: string | null;
    readonly rows: { readonly fo: string | null; readonly dataverse: string | null };
    readonly field?: string;
    readonly values?: { readonly fo?: unknown; readonly dataverse?: unknown };
    readonly aside: string | null;
    readonly confirmedAt: string;
  }[];
}

/** The verify that goes on all the time, within a budget. */
export function addRollingCommands(program: Command, line: CommandLine): void {
  const rolling = program.command('rolling').description('the verify that goes on all the time');
  line
    .leaf(rolling, 'show', 'how far it is, its last full round, and which differences stand', {
      examples: ['dw rolling show', 'dw rolling show customersv3-accounts --json'],
      codes: '0 1 3 4 7',
    })
    .argument('[map]', 'name of a map; none: all')
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      const client = await line.client(command.optsWithGlobals<CommonOptions>());
      if (name === undefined) {
        const answer = await client.get<{ maps: RollingView[] }>('rolling-verify');
        line.write(answer, () => mapsText(answer.maps));
        if (answer.maps.some(({ differenceCount }) => differenceCount > 0)) line.exitCode = EXIT.findings;
        return;
      }
      const view = await client.get<RollingMapView>(`maps/${encodeURIComponent(name)}/rolling-verify`);
      line.write(view, () => `${mapsText([view])}${differencesText(view)}`);
      if (view.differenceCount > 0) line.exitCode = EXIT.findings;
    });
  line
    .leaf(rolling, 'set', "set a map's own budget", {
      examples: ['dw rolling set customersv3-accounts --rate 2000', 'dw rolling set groups --rate usual'],
      codes: '0 2 3 4 7',
    })
    .argument('<map>', 'name of the map')
    .requiredOption('--rate <count>', 'rows of both sides a minute; 0: none; usual: as the service says')
    .action(async (name: string, _: unknown, command: Command) => {
      const { rate, ...options } = command.optsWithGlobals<CommonOptions & { rate: string }>();
      if (rate !== 'usual' && !/^\d{1,7}$/.test(rate))
        throw failed(EXIT.invalid, 'usage', '--rate takes a whole number, or usual', {
          detail: `It got "${rate}".`,
        });
      const client = await line.client(options);
      const body = { rowsPerMinute: rate === 'usual' ? null : Number(rate) };
      const view = await client.put<RollingView>(`maps/${encodeURIComponent(name)}/rolling-verify`, body);
      line.write(view, () => mapsText([view]));
    });
}

function mapsText(maps: readonly RollingView[]): string {
  if (maps.length === 0) return 'There are no maps yet. Apply one: dw map apply -f FILE';
  return renderTable(maps, [
    { title: 'MAP', value: ({ map }) => map },
    { title: 'ROWS A MINUTE', value: ({ rowsPerMinute }) => rowsPerMinute },
    { title: 'THIS ROUND', value: ({ round }) => (round ? `${round.rowCount} rows, at ${round.side}` : '') },
    {
      title: 'LAST FULL ROUND',
      value: ({ lastRound }) =>
        lastRound ? `${lastRound.endedAt} (${lastRound.rowCount} rows)` : 'none yet',
    },
    { title: 'DIFFERENCES', value: ({ differenceCount }) => differenceCount },
    { title: 'UNEXPLAINED', value: ({ unexplainedCount }) => unexplainedCount },
  ]);
}

function differencesText({ map, differences }: RollingMapView): string {
  if (differences.length === 0) return '';
  const table = renderTable(differences, [
    { title: 'SINCE', value: ({ confirmedAt }) => confirmedAt },
    { title: 'WHAT', value: ({ kind }) => kind },
    { title: 'ROW', value: ({ key, rows }) => key ?? rows.fo ?? rows.dataverse ?? '' },
    { title: 'FIELD', value: ({ field }) => field ?? '' },
    { title: 'F&O', value: ({ values }) => cellText(values?.fo) },
    { title: 'DATAVERSE', value: ({ values }) => cellText(values?.dataverse) },
    { title: 'BECAUSE', value: ({ aside }) => aside ?? '' },
  ]);
  return `\n\n${table}\n\nMend them: dw verify ${map} --file FILE, then dw repair --report FILE --preview`;
}

function cellText(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
