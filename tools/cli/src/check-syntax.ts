import type { DefinitionFile } from './definition-files';
import { EXIT } from './exit-codes';
import { failed, type ProblemError } from './problem';

/**
 * What can be told without a server: YAML, and the form of a map file.
 *
 * @throws {CommandFailed} with everything that is wrong in all the files
 */
export async function checkSyntax(files: readonly DefinitionFile[]): Promise<void> {
  // Loaded only here: no other command should wait for the map language.
  const { parseMapFile } = await import('@dualwrite/maps');
  const errors: ProblemError[] = files.flatMap((file) =>
    parseMapFile(file.text, file.name).findings.map((finding) => ({ ...finding, file: file.name })),
  );
  if (!errors.some((error) => error.severity === 'error')) return;
  throw failed(EXIT.invalid, 'definition-invalid', 'The map files are not valid; nothing was applied', {
    errors,
  });
}
