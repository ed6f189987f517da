import { createHash } from 'node:crypto';
import { lstat, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentLacks } from './environment-lacks.mjs';
import { runCommand } from './processes.mjs';
import { workspaceRoot } from './workspace.mjs';

const modules = path.join(workspaceRoot, 'node_modules');
const lockFile = path.join(workspaceRoot, 'package-lock.json');
const stampFile = path.join(modules, '.dualwrite-lock');

/**
 * Installs the packages of the lock file if they are missing or another lock file's.
 *
 * @returns whether anything had to be done
 */
export async function installPackages({ onTalk = () => undefined, signal } = {}) {
  // A link leads to another clone's packages: npm would empty them under that clone's feet.
  if (await isLink(modules)) return false;
  const digest = createHash('sha256')
    .update(await readFile(lockFile))
    .digest('hex');
  if ((await textOf(stampFile)) === digest) return false;
  // Installed by hand with npm: npm's own record is at least as new as the lock file.
  const [lock, installed] = [await timeOf(lockFile), await timeOf(path.join(modules, '.package-lock.json'))];
  const isInstalled = (await textOf(stampFile)) === null && installed !== null && installed >= lock;
  if (!isInstalled) {
    onTalk('Installing packages (npm ci)');
    const { code, stdout, stderr } = await runCommand('npm', ['ci', '--include=dev'], {
      cwd: workspaceRoot,
      signal,
    });
    if (code !== 0) {
      throw new EnvironmentLacks(
        `npm ci failed: check the network and the registry that npm uses (npm config get registry), then run this again.\n${stderr || stdout}`,
      );
    }
  }
  await writeFile(stampFile, digest);
  return !isInstalled;
}

async function isLink(file) {
  try {
    return (await lstat(file)).isSymbolicLink();
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

async function textOf(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

async function timeOf(file) {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
