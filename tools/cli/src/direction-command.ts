import { Argument, type Command } from 'commander';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';

interface DirectionAnswer {
  readonly name: string;
  readonly directions: { readonly all?: string; readonly companies?: Readonly<Record<string, string>> };
  readonly confirmed: boolean;
  readonly missing?: readonly string[];
}

/** One way, or both, of a map or of a company of it; running or not. */
export function addDirectionCommand(map: Command, line: CommandLine): void {
  line
    .leaf(map, 'direction', 'let a map, or a company of it, write to one side alone, or to both again', {
      examples: [
        'dw map direction customersv3-accounts to-dataverse',
        'dw map direction customersv3-accounts to-fo --company usmf',
      ],
      codes: '0 2 3 4 6 7',
    })
    .argument('<map>', 'name of the map')
    .addArgument(new Argument('<direction>', 'to which sides').choices(['both', 'to-fo', 'to-dataverse']))
    .option('--company <code>', 'only of this company')
    .action(async (name: string, direction: string, _: unknown, command: Command) => {
      const { company, ...options } = command.optsWithGlobals<CommonOptions & { company?: string }>();
      const client = await line.client(options);
      const body = { direction, ...(company === undefined ? {} : { company }) };
      const answer = await client.post<DirectionAnswer>(`maps/${encodeURIComponent(name)}:direction`, body);
      line.write(answer, () => directionText(answer));
      if (!answer.confirmed) line.exitCode = EXIT.timedOut;
    });
}

function directionText({ name, directions, confirmed, missing = [] }: DirectionAnswer): string {
  const { all = 'both', companies = {} } = directions;
  const own = Object.entries(companies).map(([company, direction]) => `${company} ${direction}`);
  const text = `${name} writes: ${[all, ...own].join(', ')}`;
  return confirmed ? text : `${text}; not confirmed yet by ${missing.join(', ')}`;
}
