import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { RepairedRow } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { failed } from './problem';
import { renderTable } from './table';

const ROWS_PER_CALL = 200;
/** The rows of one call are looked at, written, and looked at again. */
const CALL_TIMEOUT_MS = 3 * 60_000;
const ROWS_SHOWN_MAX = 50;

const report = z.looseObject({
  differences: z.array(
    z.looseObject({
      map: z.string(),
      key: z.string().nullable(),
      rows: z.object({ fo: z.string().nullable(), dataverse: z.string().nullable() }),
      field: z.string().optional(),
    }),
  ),
});

interface ReportedRow {
  readonly map: string;
  readonly key: string | null;
  readonly rows: { readonly fo: string | null; readonly dataverse: string | null };
  readonly fields: readonly string[];
}

export function addRepairCommand(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'repair', 'has the rows of a report of dw verify mended by the usual way', {
      examples: ['dw repair --report report.json --preview', 'dw repair --report report.json'],
      codes: '0 1 2 3 4 5 7',
    })
    .requiredOption('--report <file>', 'report that dw verify --file (or --json) has written')
    .option('--preview', 'only say what would be written')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { report: string; preview?: boolean }>();
      const reported = await readReport(options.report);
      const client = await line.client(options);
      const preview = options.preview === true;
      const rows: RepairedRow[] = [];
      for (let from = 0; from < reported.length; from += ROWS_PER_CALL) {
        const body = { rows: reported.slice(from, from + ROWS_PER_CALL), preview };
        const answer = await client.post<{ rows: RepairedRow[] }>('repairs', body, {
          timeoutMs: CALL_TIMEOUT_MS,
        });
        rows.push(...answer.rows);
        if (line.form === 'table' && reported.length > ROWS_PER_CALL)
          line.surroundings.streams.err(`${rows.length} of ${reported.length} rows\n`);
      }
      const outcomes = countsOf(rows);
      line.write({ preview, outcomes, rows }, () => repairText(rows, outcomes));
      if ((outcomes['aside'] ?? 0) + (outcomes['different'] ?? 0) > 0) line.exitCode = EXIT.findings;
    });
}

/** Each row once, with all its fields. */
async function readReport(file: string): Promise<readonly ReportedRow[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw failed(EXIT.invalid, 'file-not-read', 'The report cannot be read', {
      detail: `${file}: ${error instanceof Error ? error.message : String(error)}`,
    });
  });
  const read = report.safeParse(jsonOf(text));
  if (!read.success) {
    throw failed(EXIT.invalid, 'report-invalid', 'The file is no report of dw verify', {
      detail: `${file}: write one with dw verify --file ${file}`,
    });
  }
  const rows = new Map<string, ReportedRow>();
  for (const { map, key, rows: ids, field } of read.data.differences) {
    const name = [map, key ?? '', ids.fo ?? '', ids.dataverse ?? ''].join('\n');
    const fields = [...(rows.get(name)?.fields ?? []), ...(field === undefined ? [] : [field])];
    rows.set(name, { map, key, rows: { fo: ids.fo, dataverse: ids.dataverse }, fields });
  }
  return [...rows.values()];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function countsOf(rows: readonly RepairedRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function repairText(rows: readonly RepairedRow[], outcomes: Readonly<Record<string, number>>): string {
  if (rows.length === 0) return 'The report names no differences: there is nothing to mend.';
  const told = rows.filter(({ outcome }) => outcome !== 'mended' && outcome !== 'equal');
  const summary = Object.entries(outcomes)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
  if (told.length === 0) return summary;
  const table = renderTable(told.slice(0, ROWS_SHOWN_MAX), [
    { title: 'MAP', value: (row) => row.map },
    { title: 'ROW', value: (row) => row.key ?? '' },
    { title: 'OUTCOME', value: (row) => row.outcome },
    { title: 'DETAIL', value: (row) => row.text ?? row.writes.map(writeText).join('; ') },
  ]);
  const more = told.length > ROWS_SHOWN_MAX ? `\n${told.length - ROWS_SHOWN_MAX} more; --json has them.` : '';
  return `${table}${more}\n\n${summary}`;
}

function writeText({ side, kind, patch }: RepairedRow['writes'][number]): string {
  const fields = Object.entries(patch).map(([column, value]) => `${column} = ${String(value ?? 'empty')}`);
  return [`${kind} in ${side}`, ...fields].join(', ');
}
