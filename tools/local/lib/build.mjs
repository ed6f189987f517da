import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAlive, runCommand } from './processes.mjs';
import { waitUntil } from './wait-until.mjs';
import { workspaceRoot } from './workspace.mjs';

const FOLDERS = ['libs', 'apps', 'tools'];
const NOT_BUILT = new Set(['tools/workspace', 'tools/local']);
const LOCK_DEADLINE_MS = 120_000;
const dist = path.join(workspaceRoot, 'dist');
const builder = path.join(workspaceRoot, 'tools/local/lib/build-projects.mjs');

/**
 * Compiles every project whose sources have changed since it was last compiled.
 *
 * @param {{only?: string[]}} options project roots; all when absent
 * @returns the project roots that were compiled
 */
export async function buildStale({ only, onTalk = () => undefined } = {}) {
  const release = await lock();
  try {
    const shared = await digestOf(
      ['tsconfig.base.json', 'tools/workspace/build.mjs', 'tools/workspace/swc-options.cjs'].map((file) =>
        path.join(workspaceRoot, file),
      ),
    );
    const stale = [];
    for (const root of only ?? (await projectRoots())) {
      const digest = shared + (await digestOf(await filesBelow(path.join(workspaceRoot, root))));
      if ((await stampOf(root)) !== digest) stale.push({ root, digest });
    }
    if (stale.length > 0) onTalk(`Compiling ${stale.length} ${stale.length === 1 ? 'project' : 'projects'}`);
    for (const { root } of stale) await rm(stampFile(root), { force: true });
    if (stale.length > 0) await compile(stale.map(({ root }) => root));
    await mkdir(path.join(dist, '.stamps'), { recursive: true });
    for (const { root, digest } of stale) await writeFile(stampFile(root), digest);
    return stale.map(({ root }) => root);
  } finally {
    await release();
  }
}

async function compile(roots) {
  const { code, stderr } = await runCommand(process.execPath, [builder, ...roots], { cwd: workspaceRoot });
  if (code !== 0) throw new Error(stderr.trim());
}

async function projectRoots() {
  const roots = [];
  for (const folder of FOLDERS) {
    for (const name of await readdir(path.join(workspaceRoot, folder))) {
      const root = `${folder}/${name}`;
      if (!NOT_BUILT.has(root) && (await isThere(path.join(workspaceRoot, root, 'project.json'))))
        roots.push(root);
    }
  }
  return roots;
}

const stampFile = (root) => path.join(dist, '.stamps', root.replaceAll('/', '-'));

async function stampOf(root) {
  try {
    await access(path.join(dist, root));
    return await readFile(stampFile(root), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** By name, size and time: reading every source would take as long as compiling it. */
async function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const { size, mtimeMs } = await stat(file);
    hash.update(`${file}|${size}|${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

async function filesBelow(directory) {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`) && !file.endsWith('.spec.ts'));
}

async function isThere(file) {
  try {
    await access(file);
    return true;
  } catch {
    // access() has no other way to say no.
    return false;
  }
}

/** One build at a time: two launchers at once would empty each other's output. */
async function lock() {
  const folder = path.join(dist, '.building');
  await mkdir(dist, { recursive: true });
  await waitUntil(
    async () => {
      try {
        await mkdir(folder);
        await writeFile(path.join(folder, 'pid'), String(process.pid));
        return true;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      await breakAbandoned(folder);
      return false;
    },
    { what: `another build is under way (${folder})`, deadlineMs: LOCK_DEADLINE_MS },
  );
  return () => rm(folder, { recursive: true, force: true });
}

async function breakAbandoned(folder) {
  let pid;
  try {
    pid = Number(await readFile(path.join(folder, 'pid'), 'utf8'));
    if ((pid && (await isAlive(pid))) || Date.now() - (await stat(folder)).mtimeMs < 1000) return;
  } catch (error) {
    // Just released, or its owner has not written its id yet: look again.
    if (error.code === 'ENOENT') return;
    throw error;
  }
  await rm(folder, { recursive: true, force: true });
}
