import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { CommandLine } from './command-line';

export function addVersionCommand(program: Command, line: CommandLine): void {
  line
    .leaf(program, 'version', 'version of this command line', {
      examples: ['dw version', 'dw version --json'],
      codes: '0',
    })
    .action(() => {
      const version = clientVersion();
      line.write(
        { version, node: process.versions.node },
        () => `dw ${version} (Node ${process.versions.node})`,
      );
    });
}

/** From the package file above this one, in the source tree as in dist. */
export function clientVersion(): string {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const contents: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof contents === 'object' && contents !== null && 'version' in contents)
      return String(contents.version);
  }
  return 'unknown';
}
