import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { EXIT } from './exit-codes';
import { failed } from './problem';

export interface DefinitionFile {
  /** As the user named it; `-` for standard input. */
  readonly name: string;
  readonly text: string;
}

const DEFINITION_FILE = /\.(ya?ml|json)$/i;

/**
 * Files, folders (all YAML and JSON files below, in order of name) and `-` for standard input.
 *
 * @throws {CommandFailed} a path is not there, or a folder holds no definition
 */
export async function readDefinitionFiles(
  paths: readonly string[],
  readInput: () => Promise<string>,
): Promise<readonly DefinitionFile[]> {
  const files: DefinitionFile[] = [];
  for (const name of paths) {
    if (name === '-') files.push({ name, text: await readInput() });
    else
      for (const file of await filesAt(name)) files.push({ name: file, text: await readFile(file, 'utf8') });
  }
  return files;
}

/** One file per YAML document; blank lines stand for those before it, so that places in findings stay true. */
export function splitDocuments({ name, text }: DefinitionFile): readonly DefinitionFile[] {
  const lines = text.split('\n');
  const starts = [0, ...lines.flatMap((line, index) => (/^---(\s|$)/.test(line) ? [index] : []))];
  const documents = starts.map((start, index) => ({ start, lines: lines.slice(start, starts[index + 1]) }));
  const filled = documents.filter((document) =>
    document.lines.some((line) => /^(?!---)\s*[^\s#%]/.test(line)),
  );
  if (filled.length < 2) return [{ name, text }];
  return filled.map((document) => ({ name, text: '\n'.repeat(document.start) + document.lines.join('\n') }));
}

async function filesAt(name: string): Promise<readonly string[]> {
  const stats = await stat(name).catch((cause: unknown) => {
    throw Object.assign(failed(EXIT.invalid, 'file-not-found', `There is no file or folder ${name}`), {
      cause,
    });
  });
  if (!stats.isDirectory()) return [name];
  const entries = await readdir(name, { withFileTypes: true, recursive: true });
  const found = entries
    .filter((entry) => entry.isFile() && DEFINITION_FILE.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  if (found.length === 0)
    throw failed(EXIT.invalid, 'folder-empty', `The folder ${name} holds no .yaml, .yml or .json file`);
  return found;
}
