import { readFile } from 'node:fs/promises';
import { isMap, parseAllDocuments, type Document } from 'yaml';
import type { AlertObjectKind } from './alert-views';
import { EXIT } from './exit-codes';
import { failed, type ProblemError } from './problem';

/** `kind` in a file, and the word in the path of the API. In this order they are applied: what others name comes first. */
export const ALERT_KINDS: Readonly<Record<string, AlertObjectKind>> = {
  AlertChannel: 'channels',
  AlertRule: 'rules',
  AlertSubscription: 'subscriptions',
  QuietPeriod: 'quiet-periods',
};
export const API_VERSION = 'dualwrite.io/v1';
const FILE_BYTES_MAX = 1_048_576;

export interface AlertObject {
  readonly kind: AlertObjectKind;
  readonly name: string;
  readonly spec: unknown;
  readonly file: string;
}

/** All documents of the files. @throws {CommandFailed} what is wrong in which file and line */
export async function readAlertFiles(
  files: readonly string[],
  readInput: () => Promise<string>,
): Promise<readonly AlertObject[]> {
  const problems: ProblemError[] = [];
  const objects: AlertObject[] = [];
  for (const file of files) {
    const text = file === '-' ? await readInput() : await readNamed(file);
    for (const document of parseAllDocuments(text)) objects.push(...objectIn(document, file, problems));
  }
  if (problems.length > 0) {
    throw failed(EXIT.invalid, 'file-invalid', 'The files are not valid; nothing was applied', {
      errors: problems,
    });
  }
  const order = Object.values(ALERT_KINDS);
  return objects.sort((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
}

function objectIn(document: Document, file: string, problems: ProblemError[]): readonly AlertObject[] {
  const [error] = document.errors;
  if (error !== undefined) {
    problems.push({
      file,
      line: error.linePos?.[0].line ?? null,
      code: 'yaml-syntax',
      message: error.message,
    });
    return [];
  }
  if (document.contents === null) return [];
  const wrong = (field: string, message: string): readonly AlertObject[] => {
    problems.push({ file, field, message });
    return [];
  };
  if (!isMap(document.contents)) return wrong('', `needs apiVersion, kind, metadata and spec`);
  const kindName: unknown = document.get('kind');
  const kind = typeof kindName === 'string' ? ALERT_KINDS[kindName] : undefined;
  const name: unknown = document.getIn(['metadata', 'name']);
  if (document.get('apiVersion') !== API_VERSION) return wrong('apiVersion', `must be ${API_VERSION}`);
  if (kind === undefined) return wrong('kind', `must be one of ${Object.keys(ALERT_KINDS).join(', ')}`);
  if (typeof name !== 'string') return wrong('metadata.name', 'is required');
  const { spec } = document.toJS() as { spec?: unknown };
  if (typeof spec !== 'object' || spec === null) return wrong('spec', 'is required');
  return [{ kind, name, spec, file }];
}

async function readNamed(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    if (bytes.length <= FILE_BYTES_MAX) return bytes.toString('utf8');
  } catch (cause) {
    throw Object.assign(failed(EXIT.invalid, 'file-unreadable', `${file} cannot be read`), { cause });
  }
  throw failed(EXIT.invalid, 'file-too-large', `${file} has more than ${FILE_BYTES_MAX} bytes`);
}
