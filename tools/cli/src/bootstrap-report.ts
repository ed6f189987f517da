import { createReadStream } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { BootstrappedRow } from './bootstrap-summary';
import { EXIT } from './exit-codes';
import { failed } from './problem';

const line = z.looseObject({
  table: z.string(),
  id: z.string(),
  outcome: z.enum(['planned', 'written', 'refused', 'none', 'several']),
  companies: z.array(z.string()),
  rules: z.array(z.number()),
  code: z.string().nullable(),
  text: z.string().nullable(),
  cells: z.record(z.string(), z.unknown()),
});

/** One row a line, behind what is there: a bootstrap that was interrupted and goes on keeps its report. */
export async function appendReport(file: string, rows: readonly BootstrappedRow[]): Promise<void> {
  const at = new Date().toISOString();
  try {
    await appendFile(file, rows.map((row) => `${JSON.stringify({ at, ...row })}\n`).join(''));
  } catch (error) {
    throw failed(EXIT.invalid, 'file-not-written', 'The report cannot be written', {
      detail: `${file}: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

/** The lines of a report, as they come; it may be larger than memory. */
export async function* readReport(file: string): AsyncGenerator<BootstrappedRow> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  try {
    for await (const text of lines) {
      number += 1;
      if (text !== '') yield line.parse(JSON.parse(text));
    }
  } catch (error) {
    const why = error instanceof z.ZodError || error instanceof SyntaxError ? 'is none of a report' : '';
    const place = number === 0 ? file : `${file}:${number} ${why}`;
    throw failed(EXIT.invalid, 'report-invalid', 'The file is no report of dw company bootstrap', {
      detail: `${place}; write one with --file FILE`,
    });
  }
}
