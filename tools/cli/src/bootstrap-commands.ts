import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse, YAMLParseError } from 'yaml';
import { appendReport, readReport } from './bootstrap-report';
import { BootstrapSummary, type BootstrappedRow, type TableSummary } from './bootstrap-summary';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { failed } from './problem';
import { renderTable } from './table';

/** A page of rows is written under the side's limits. */
const PAGE_TIMEOUT_MS = 180_000;
const FILE_BYTES_MAX = 1_048_576;

interface BootstrapPage {
  readonly rows: readonly BootstrappedRow[];
  readonly teams: readonly { readonly company: string; readonly name: string; readonly state: string }[];
  readonly nextCursor: string | null;
}
interface BootstrapOptions extends CommonOptions {
  readonly document: string;
  readonly file?: string;
}
type Verb = 'plan' | 'apply';

export function addBootstrapCommands(program: Command, line: CommandLine): void {
  const bootstrap = program
    .command('company')
    .description('companies of rows')
    .command('bootstrap')
    .description('gives rows of Dataverse that have no company one, by rules: plan, apply, report');
  addPages(bootstrap, line, 'plan', 'which company each row would get, and rows that need a person');
  addPages(bootstrap, line, 'apply', 'gives it to them; may be interrupted and repeated at any time');
  line
    .leaf(bootstrap, 'report', 'sums up a report that plan or apply has written', {
      examples: ['dw company bootstrap report companies.ndjson'],
      codes: '0 1 2',
    })
    .argument('<report>', 'file that --file named')
    .action(async (file: string) => {
      const summary = new BootstrapSummary();
      // A row that was looked at several times counts as it was left last.
      const last = new Map<string, BootstrappedRow>();
      for await (const row of readReport(file)) last.set(`${row.table}/${row.id}`, row);
      for (const row of last.values()) summary.add(row);
      answer(line, summary, { report: file });
    });
}

function addPages(parent: Command, line: CommandLine, verb: Verb, description: string): void {
  line
    .leaf(parent, verb, description, {
      examples: [
        `dw company bootstrap ${verb} -f companies.yaml`,
        `dw company bootstrap ${verb} -f companies.yaml --file companies.ndjson --json`,
      ],
      codes: verb === 'plan' ? '0 1 2 3 7' : '0 1 2 3 5 7 8',
    })
    .requiredOption('-f, --document <document>', 'YAML of kind CompanyBootstrap; - for standard input')
    .option('--file <file>', 'report: one line of JSON per row, appended')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<BootstrapOptions>();
      const document = await readDocument(options.document, () => line.surroundings.readInput());
      const client = await line.client(options);
      const summary = new BootstrapSummary();
      let teams: BootstrapPage['teams'] = [];
      for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
        const page: BootstrapPage = await client.post<BootstrapPage>(
          `companies:${verb}`,
          { document, cursor },
          { timeoutMs: PAGE_TIMEOUT_MS },
        );
        if (isFirst) teams = page.teams;
        for (const row of page.rows) summary.add(row);
        if (options.file !== undefined) await appendReport(options.file, page.rows);
        cursor = page.nextCursor;
        if (line.form === 'table' && cursor !== null)
          line.surroundings.streams.err(`${summary.tables.reduce((sum, { rows }) => sum + rows, 0)} rows\n`);
      }
      answer(line, summary, { teams, ...(options.file === undefined ? {} : { report: options.file }) });
    });
}

async function readDocument(name: string, readInput: () => Promise<string>): Promise<unknown> {
  const text = name === '-' ? await readInput() : await readFile(name, 'utf8').catch(unreadable(name));
  if (Buffer.byteLength(text) > FILE_BYTES_MAX)
    throw failed(EXIT.invalid, 'file-too-large', `${name} has more than ${FILE_BYTES_MAX} bytes`);
  try {
    return parse(text, { version: '1.2' });
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const errors = [{ file: name, line: error.linePos?.[0].line ?? null, message: error.message }];
    throw failed(EXIT.invalid, 'file-invalid', `${name} is no YAML`, { errors });
  }
}

function unreadable(name: string): (error: unknown) => never {
  return (error) => {
    throw failed(EXIT.invalid, 'file-unreadable', `${name} cannot be read`, {
      detail: error instanceof Error ? error.message : String(error),
    });
  };
}

function answer(
  line: CommandLine,
  summary: BootstrapSummary,
  more: { readonly teams?: BootstrapPage['teams']; readonly report?: string },
): void {
  const { tables, samples } = summary;
  const open = summary.count('none') + summary.count('several');
  const refused = summary.count('refused');
  line.write({ ok: open + refused === 0, tables, ...more, samples }, () => text(summary, more.teams ?? []));
  if (refused > 0) line.exitCode = EXIT.partlyDone;
  else if (open > 0) line.exitCode = EXIT.findings;
}

function text({ tables, samples }: BootstrapSummary, teams: BootstrapPage['teams']): string {
  const told = teams.map(({ name, state }) => `team ${name}: ${state}`);
  if (tables.length === 0) return [...told, 'Every row has a company.'].join('\n');
  const counts = renderTable(tables, [
    { title: 'TABLE', value: (table) => table.table },
    { title: 'WITHOUT COMPANY', value: (table) => table.rows },
    { title: 'GETS ONE', value: (table) => table.planned + table.written },
    { title: 'NO RULE', value: (table) => table.none },
    { title: 'SEVERAL RULES', value: (table) => table.several },
    { title: 'REFUSED', value: (table) => table.refused },
    { title: 'COMPANIES', value: companiesText },
  ]);
  const open = samples.filter(({ outcome }) => outcome !== 'planned' && outcome !== 'written');
  if (open.length === 0) return [...told, counts].join('\n');
  const shown = renderTable(open, [
    { title: 'TABLE', value: (row) => row.table },
    { title: 'ROW', value: (row) => row.id },
    { title: 'WHY', value: whyText },
    { title: 'LOOKED AT', value: (row) => JSON.stringify(row.cells) },
  ]);
  return [...told, counts, '', shown].join('\n');
}

function companiesText({ companies }: TableSummary): string {
  return Object.entries(companies)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');
}

function whyText({ outcome, companies, rules, text: said, code }: BootstrappedRow): string {
  if (outcome === 'none') return 'no rule';
  if (outcome === 'several') return `rules ${rules.join(', ')} say ${companies.join(' and ')}`;
  return `${said ?? ''} (${code ?? ''})`;
}
