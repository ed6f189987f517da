import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { VerifyAnswer } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { failed } from './problem';
import { renderTable } from './table';

/** Both sides are read whole, again if something differs. */
const VERIFY_TIMEOUT_MS = 15 * 60_000;
const ROWS_SHOWN_MAX = 50;

export function addVerifyCommand(program: Command, line: CommandLine): void {
  line
    .leaf(
      program,
      'verify',
      'reads both sides afresh and says what is missing, extra or different; writes nothing',
      {
        examples: ['dw verify customersv3-accounts', 'dw verify --file report.json', 'dw verify --json'],
        codes: '0 1 2 3 4 7',
      },
    )
    .argument('[maps...]', 'only these maps (default: all)')
    .option('--file <file>', 'writes the whole report there, for dw repair')
    .action(async (maps: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { file?: string }>();
      const client = await line.client(options);
      const answer = await client.post<VerifyAnswer>(
        'verifications',
        { maps },
        { timeoutMs: VERIFY_TIMEOUT_MS },
      );
      if (options.file !== undefined) await writeReport(options.file, answer);
      line.write(answer, () => verifyText(answer, options.file));
      if (answer.differenceCount > 0) line.exitCode = EXIT.findings;
    });
}

async function writeReport(file: string, answer: VerifyAnswer): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(answer, null, 2)}\n`);
  } catch (error) {
    throw failed(EXIT.invalid, 'file-not-written', 'The report cannot be written', {
      detail: `${file}: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

function verifyText(answer: VerifyAnswer, file: string | undefined): string {
  const { maps, differences, differenceCount, byKind } = answer;
  if (maps.length === 0) return 'There are no maps yet. Apply one: dw map apply -f FILE';
  const table = renderTable(maps, [
    { title: 'MAP', value: (map) => map.name },
    { title: 'STATE', value: (map) => map.state },
    { title: 'F&O ROWS', value: (map) => map.rows.fo },
    { title: 'DATAVERSE ROWS', value: (map) => map.rows.dataverse },
    { title: 'DIFFERENCES', value: (map) => map.differenceCount },
  ]);
  if (differenceCount === 0) return `${table}\n\nBoth sides are the same.`;
  const kinds = Object.entries(byKind).map(([kind, count]) => `${count} ${kind}`);
  const shown = renderTable(differences.slice(0, ROWS_SHOWN_MAX), [
    { title: 'WHAT', value: (one) => one.kind },
    { title: 'MAP', value: (one) => one.map },
    { title: 'ROW', value: (one) => one.key ?? one.rows.fo ?? one.rows.dataverse ?? '' },
    { title: 'FIELD', value: (one) => one.field ?? '' },
    { title: 'F&O', value: (one) => cellText(one.values?.fo) },
    { title: 'DATAVERSE', value: (one) => cellText(one.values?.dataverse) },
    { title: 'BECAUSE', value: (one) => one.aside ?? one.text ?? '' },
  ]);
  const hidden = differenceCount - Math.min(differences.length, ROWS_SHOWN_MAX);
  const more = hidden > 0 ? `\n${hidden} more; --file or --json has them.` : '';
  const next = `Mend them: ${file === undefined ? 'dw verify --file FILE, then ' : ''}dw repair --report ${file ?? 'FILE'} --preview`;
  return `${table}\n\n${kinds.join(', ')}\n\n${shown}${more}\n\n${next}`;
}

function cellText(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
