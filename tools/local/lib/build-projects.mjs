// node tools/local/lib/build-projects.mjs ROOT...: the workspace's build script, once per project, in one process, for
// loading the compiler takes longer than compiling a project. The script takes its project from the arguments of the
// process and works while it is loaded; under another query it is another module, loaded anew.
// (Threads would be plainer; the compiler's native part crashes in them, seen with @swc/core 1.16.18 on Node 20.)
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { workspaceRoot } from './workspace.mjs';

const builder = pathToFileURL(path.join(workspaceRoot, 'tools/workspace/build.mjs'));
for (const root of process.argv.slice(2)) {
  process.argv[2] = root;
  try {
    await import(`${builder}?${root}`);
  } catch (error) {
    process.stderr.write(`${root} does not compile: ${error.message}\n`);
    process.exit(1);
  }
  process.stdout.write(`${root}\n`);
}
