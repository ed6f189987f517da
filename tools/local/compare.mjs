// Reads both sandboxes of a running installation afresh and holds them against each other, map by map:
//   node tools/local/compare.mjs [--state DIR] [--packs a,b] [--json]
// Exit code 0: they agree, 1: they do not.
import path from 'node:path';
import { readJson } from './lib/json-file.mjs';
import { describeError, EnvironmentLacks, exitCodeOf } from './lib/environment-lacks.mjs';
import { findDifferences, readMapFiles } from './stack/differences.mjs';
import { parseFlags } from './stack/flags.mjs';

async function main() {
  const flags = parseFlags(process.argv.slice(2));
  const file = path.join(flags.state, 'stack.json');
  const stack = await readJson(file, null);
  if (!stack?.dataverse)
    throw new EnvironmentLacks(
      `No installation runs with its state in ${flags.state}: start it with npm start.`,
    );
  const files = await readMapFiles(flags.packs, flags.maps);
  const differences = await findDifferences({ sandbox: stack, maps: files.map(({ map }) => map) });
  if (flags.json) process.stdout.write(`${JSON.stringify({ ok: differences.length === 0, differences })}\n`);
  else
    process.stdout.write(
      `${differences.map((one) => JSON.stringify(one)).join('\n') || 'Both sides agree.'}\n`,
    );
  return differences.length === 0 ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error) => {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  },
);
