import { stringify } from 'yaml';
import { CommandFailed, problemText, type Problem } from './problem';

export type OutputForm = 'table' | 'json' | 'yaml';
export const OUTPUT_FORMS: readonly OutputForm[] = ['table', 'json', 'yaml'];

/** Where a command writes: data to `out`, words about it to `err`. */
export interface Streams {
  out(text: string): void;
  err(text: string): void;
}

/** One document, or the table that people read. Never empty. */
export function writeDocument(
  streams: Streams,
  form: OutputForm,
  document: unknown,
  table: () => string,
): void {
  if (form === 'json') streams.out(`${JSON.stringify(document)}\n`);
  else if (form === 'yaml') streams.out(stringify(document));
  else streams.out(`${table()}\n`);
}

/** @returns the exit code */
export function writeFailure(streams: Streams, form: OutputForm, failure: CommandFailed): number {
  const problem: Problem = failure.problem;
  streams.err(form === 'table' ? `${problemText(problem)}\n` : `${JSON.stringify(problem)}\n`);
  return failure.exitCode;
}
