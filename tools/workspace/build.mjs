// Compiles one project: node tools/workspace/build.mjs PROJECT_ROOT
// The output mirrors the source tree under dist/; workspace aliases become relative paths, so Node starts
// dist/apps/NAME/src/main.js as it is.
import { readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import swc from '@swc/core';
import baseOptions from './swc-options.cjs';

const workspaceRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { compilerOptions } = JSON.parse(readFileSync(path.join(workspaceRoot, 'tsconfig.base.json'), 'utf8'));
const projectRoot = process.argv[2];
if (!projectRoot) throw new Error('usage: node tools/workspace/build.mjs PROJECT_ROOT');

const isTest = (file) => /\.(spec|int\.spec)\.ts$/.test(file);
const options = {
  ...baseOptions,
  swcrc: false,
  jsc: { ...baseOptions.jsc, baseUrl: workspaceRoot, paths: compilerOptions.paths },
  module: { ...baseOptions.module, resolveFully: true },
};

async function filesBelow(directory) {
  const entries = await readdir(directory, { withFileTypes: true });
  const nested = await Promise.all(
    entries
      .filter((entry) => entry.name !== 'node_modules')
      .map((entry) => {
        const file = path.join(directory, entry.name);
        return entry.isDirectory() ? filesBelow(file) : [file];
      }),
  );
  return nested.flat();
}

async function compile(file) {
  const target = path.join(workspaceRoot, 'dist', path.relative(workspaceRoot, file)).replace(/\.ts$/, '.js');
  await mkdir(path.dirname(target), { recursive: true });
  if (!file.endsWith('.ts')) return cp(file, target);
  const { code } = await swc.transformFile(file, { ...options, outputPath: target });
  await writeFile(target, code);
}

await rm(path.join(workspaceRoot, 'dist', projectRoot), { recursive: true, force: true });
// Data that the code reads at run time (schemas, standard maps, migrations) goes along with it.
const carried = /\.(ts|json|yaml|yml|sql|html|css|svg)$/;
const left = new Set(['project.json', 'jest.config.cjs']);
const files = (await filesBelow(path.join(workspaceRoot, projectRoot))).filter(
  (file) => carried.test(file) && !isTest(file) && !file.endsWith('.d.ts') && !left.has(path.basename(file)),
);
await Promise.all(files.map(compile));
