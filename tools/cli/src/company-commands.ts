import type { Command } from 'commander';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';

interface CompaniesAnswer {
  readonly name: string;
  readonly companies: { readonly only?: readonly string[]; readonly except?: readonly string[] };
  readonly confirmed: boolean;
  readonly missing?: readonly string[];
}

const VERBS = {
  add: 'serve these companies, too',
  remove: 'serve these companies no more: their rows stay as they are on both sides',
  only: 'serve these companies and no others; none named: all',
} as const;

/** Companies of one map, running or not; the others are not touched. */
export function addCompanyCommands(map: Command, line: CommandLine): void {
  const company = map.command('company').description('companies that a map serves: add, remove, only');
  for (const [verb, description] of Object.entries(VERBS)) {
    line
      .leaf(company, verb, description, {
        examples: [`dw map company ${verb} customersv3-accounts usmf`],
        codes: '0 2 3 4 6 7',
      })
      .argument('<map>', 'name of the map')
      .argument(verb === 'only' ? '[code...]' : '<code...>', 'company codes')
      .action(async (name: string, codes: string[], _: unknown, command: Command) => {
        const client = await line.client(command.optsWithGlobals<CommonOptions>());
        const body = verb === 'only' && codes.length === 0 ? { only: 'all' } : { [verb]: codes };
        const answer = await client.post<CompaniesAnswer>(`maps/${encodeURIComponent(name)}:companies`, body);
        line.write(answer, () => companiesText(answer));
        if (!answer.confirmed) line.exitCode = EXIT.timedOut;
      });
  }
}

function companiesText({ name, companies, confirmed, missing = [] }: CompaniesAnswer): string {
  const { only, except } = companies;
  const served = only
    ? `only ${only.join(', ') || 'none'}`
    : except
      ? `all companies except ${except.join(', ')}`
      : 'all companies';
  return `${name} serves ${served}${confirmed ? '' : `; not confirmed yet by ${missing.join(', ')}`}`;
}
