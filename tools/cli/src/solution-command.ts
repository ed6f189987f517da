import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { SolutionAnswer } from './api';
import type { CommandLine, CommonOptions } from './command-line';
import { readDefinitionFiles } from './definition-files';
import { EXIT } from './exit-codes';
import { failed } from './problem';
import { renderTable } from './table';

/** Schemas of both sides may have to be read first. */
const REQUEST_TIMEOUT_MS = 120_000;

interface SolutionOptions extends CommonOptions {
  readonly file?: string[];
  readonly to: string;
}

/** The way of those whose environments are changed by solutions alone. */
export function addSolutionCommand(provision: Command, line: CommandLine): void {
  line
    .leaf(
      provision,
      'solution',
      'a solution for a new Dataverse environment: tables, columns, keys, lookups; changes nothing',
      {
        examples: [
          'dw provision solution --to dualwrite.zip',
          'dw provision solution -f libs/maps/standard --to dualwrite.zip --json',
        ],
        codes: '0 2 3 7 8',
      },
    )
    .requiredOption('--to <file>', 'zip that is written; replaced if it is there')
    .option('-f, --file <file...>', 'maps that are not applied yet (default: the maps in use)')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<SolutionOptions>();
      const maps = await readDefinitionFiles(options.file ?? [], () => line.surroundings.readInput());
      const client = await line.client(options);
      const body = maps.length === 0 ? {} : { files: maps };
      const { files, counts, leftOut } = await client.post<SolutionAnswer>('provision:solution', body, {
        timeoutMs: REQUEST_TIMEOUT_MS,
      });
      await writeSolution(options.to, files);
      const isWhole = leftOut.every(({ isOurs }) => isOurs);
      line.write({ ok: isWhole, file: options.to, counts, leftOut }, () =>
        solutionText(options.to, { files, counts, leftOut }),
      );
      if (!isWhole) line.exitCode = EXIT.partlyDone;
    });
}

async function writeSolution(file: string, files: SolutionAnswer['files']): Promise<void> {
  // Loaded only here: no other command packs anything.
  const { writeArchive } = await import('@dualwrite/archive');
  const archive = writeArchive(new Map(files.map(({ name, text }) => [name, text])));
  try {
    await writeFile(file, archive);
  } catch (error) {
    throw failed(EXIT.invalid, 'file-not-written', 'The solution cannot be written', {
      detail: `${file}: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

function solutionText(file: string, { counts, leftOut }: SolutionAnswer): string {
  const { tables, standardTables, columns, lookups, keys } = counts;
  const told = `${file}: ${tables} tables, additions to ${standardTables} standard tables, ${columns} columns, ${lookups} lookups, ${keys} keys.`;
  const next = 'Import it, then dw provision apply, which adds what no solution carries.';
  if (leftOut.length === 0) return `${told}\n${next}`;
  const table = renderTable(leftOut, [
    { title: 'KIND', value: (item) => item.kind },
    { title: 'WHERE', value: (item) => item.where },
    { title: 'WHAT', value: (item) => item.what },
    { title: 'BY', value: (item) => (item.isOurs ? 'dw provision apply' : (item.remedy ?? 'a person')) },
  ]);
  return `${told}\nLeft out:\n${table}\n${next}`;
}
