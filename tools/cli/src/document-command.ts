import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse } from 'yaml';
import type { DocumentView } from './api';
import { callExitCode } from './call-command';
import type { CommandLine, CommonOptions } from './command-line';
import { EXIT } from './exit-codes';
import { failed } from './problem';

const DEADLINE_MS_DEFAULT = 10_000;
/** The console's answer comes before its deadline; this long it may be on the way. */
const ON_THE_WAY_MS = 5_000;
const FILE_BYTES_MAX = 5_000_000;

interface DocumentOptions extends CommonOptions {
  readonly file?: string;
  readonly ask?: string;
}

export function addDocumentCommand(program: Command, line: CommandLine): void {
  line
    .leaf(
      program,
      'document',
      'has the other side take edits of several rows, all or none, and waits for its answer',
      {
        examples: ['dw document --file order.yaml', 'dw document --ask ID --output json'],
        codes: '0 2 3 4 5 6 7 9',
      },
    )
    .option(
      '-f, --file <file>',
      'the document as the API takes it, JSON or YAML: from, and parts (the header first)',
    )
    .option('--ask <id>', 'what became of an earlier document')
    .action(async (_: unknown, command: Command) => {
      const { file, ask, ...common } = command.optsWithGlobals<DocumentOptions>();
      if ((file === undefined) === (ask === undefined))
        throw failed(EXIT.invalid, 'usage', 'A document needs --file; or --ask with its id');
      const client = await line.client(common);
      let answer: DocumentView;
      if (file === undefined) {
        answer = await client.get<DocumentView>(`documents/calls/${encodeURIComponent(ask ?? '')}`);
      } else {
        const body = await documentIn(file);
        const deadlineMs = Number(body['deadlineMs'] ?? DEADLINE_MS_DEFAULT);
        const timeoutMs = (Number.isFinite(deadlineMs) ? deadlineMs : DEADLINE_MS_DEFAULT) + ON_THE_WAY_MS;
        answer = await client.post<DocumentView>('documents/calls', body, { timeoutMs });
      }
      line.write(answer, () => documentText(answer));
      line.exitCode = callExitCode(answer);
    });
}

async function documentIn(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw failed(EXIT.invalid, 'file-unreadable', `${file}: ${error.message}`);
  });
  if (text.length > FILE_BYTES_MAX)
    throw failed(EXIT.invalid, 'file-too-large', `${file}: at most ${FILE_BYTES_MAX} bytes are read`);
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw failed(EXIT.invalid, 'file-invalid', `${file}: ${(error as Error).message}`);
  }
  if (typeof document === 'object' && document !== null && !Array.isArray(document))
    return document as Record<string, unknown>;
  throw failed(EXIT.invalid, 'file-invalid', `${file}: a document has the members from and parts`);
}

export function documentText({ id, outcome, by, part, parts, text, code, from }: DocumentView): string {
  const named = part === null ? undefined : parts[part];
  switch (outcome) {
    case 'applied':
      return `${from === 'fo' ? 'dataverse' : 'fo'} has taken all ${parts.length} parts`;
    case 'rejected':
      return `rejected by ${by ?? 'dualwrite'}, nothing was done${
        named === undefined ? '' : `; part ${(part ?? 0) + 1}, ${named.map} ${named.row}`
      }: ${text ?? code ?? ''}`;
    case 'abandoned':
      return `not carried out in time, and never will be (${id})`;
    case 'in-doubt':
      return `in doubt: ${text ?? ''}\nAsk again: dw document --ask ${id}`;
  }
}
