// One ESLint run over the whole workspace, or over the folders given:
//   node tools/local/lib/lint.mjs [--json] [--canary] [FOLDER...]
// The project graph is made first: bare ESLint skips the boundary rule when none is cached. One run for everything
// takes the time of two projects through `nx run-many`, for the parsers are loaded once.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { workspaceRoot } from './workspace.mjs';

process.env.NX_DAEMON = 'false';
process.chdir(workspaceRoot);
const [{ ESLint }, { createProjectGraphAsync }] = await Promise.all([import('eslint'), import('@nx/devkit')]);

const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const asJson = process.argv.includes('--json');
const isCanary = process.argv.includes('--canary');

const graph = await createProjectGraphAsync({ exitOnError: true });
// nx without its TypeScript plugin makes a graph without edges, silently, and the rule has nothing to say.
const edgeCount = Object.values(graph.dependencies)
  .flat()
  .filter((edge) => graph.nodes[edge.target]).length;
if (edgeCount === 0) throw new Error('the project graph has no edges: see "pluginsConfig" in nx.json');

// The cache knows a file by its content alone. What else decides is in the name of the cache: rules, versions, aliases,
// the projects and their tags. A file whose types come from another one that has changed is seen again by CI, which has no cache.
const eslint = new ESLint({
  cwd: workspaceRoot,
  cache: true,
  cacheStrategy: 'content',
  cacheLocation: path.join(workspaceRoot, '.nx/eslint', await digestOfRules(graph)),
  overrideConfig: isCanary ? [] : [{ ignores: ['tools/workspace/canary'] }],
});
const results = await eslint.lintFiles(folders.length > 0 ? folders : ['.']);
const errorCount = results.reduce((sum, result) => sum + result.errorCount + result.warningCount, 0);
if (asJson) {
  process.stdout.write(
    `${JSON.stringify(results.map(({ filePath, messages }) => ({ filePath, messages: messages.map(({ ruleId, message, line }) => ({ ruleId, message, line })) })))}\n`,
  );
} else if (errorCount > 0) {
  process.stdout.write((await eslint.loadFormatter('stylish')).format(results));
}
process.exit(errorCount > 0 ? 1 : 0);

async function digestOfRules({ nodes }) {
  const hash = createHash('sha256');
  for (const file of ['eslint.config.mjs', 'tsconfig.base.json', 'package-lock.json']) {
    hash.update(await readFile(path.join(workspaceRoot, file)));
  }
  for (const [name, { data }] of Object.entries(nodes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([name, data.root, data.tags, data.projectType]));
  }
  return hash.digest('hex').slice(0, 16);
}
