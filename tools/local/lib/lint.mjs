// One ESLint run over the whole workspace, or over the folders given:
//   node tools/local/lib/lint.mjs [--json] [--canary] [FOLDER...]
// The project graph is made first: bare ESLint skips the boundary rule when none is cached. One run for everything
// takes the time of two projects through `nx run-many`, for the parsers are loaded once.
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

// No cache: it knows a file by its content, and would not see that a project's tags have changed.
const eslint = new ESLint({
  cwd: workspaceRoot,
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
