#!/usr/bin/env node
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const main = path.join(root, 'dist/tools/cli/src/main.js');
if (existsSync(main)) {
  await import(pathToFileURL(main).href);
} else {
  process.stderr.write('dw is not built yet: run `npm run build` in the project folder, then try again.\n');
  process.exitCode = 2;
}
