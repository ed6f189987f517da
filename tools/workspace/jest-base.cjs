const { readFileSync } = require('node:fs');
const path = require('node:path');
const swcOptions = require('./swc-options.cjs');

const workspaceRoot = path.resolve(__dirname, '../..');
const { compilerOptions } = JSON.parse(readFileSync(path.join(workspaceRoot, 'tsconfig.base.json'), 'utf8'));

/** The aliases of tsconfig.base.json, in the form that jest takes. */
const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([alias, [file]]) => [
    `^${alias}$`,
    path.join(workspaceRoot, file),
  ]),
);

/** Jest settings of one project: unit tests beside the code, in `*.spec.ts`. */
exports.jestProject = (rootDir, overrides = {}) => ({
  rootDir,
  displayName: path.relative(workspaceRoot, rootDir),
  testEnvironment: 'node',
  testRegex: String.raw`(?<!\.int)\.spec\.ts$`,
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  moduleNameMapper,
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swcOptions, swcrc: false }] },
  ...overrides,
});
