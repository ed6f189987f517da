import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readJson, writeJson } from './lib/json-file.mjs';
import { keepPort } from './lib/ports.mjs';
import { isPassable, postgresBinaries, postgresUser } from './lib/postgres-binaries.mjs';
import { endProcess, identityOf, isAlive, runCommand, startChild } from './lib/processes.mjs';
import { Hopeless, waitUntil } from './lib/wait-until.mjs';

const START_DEADLINE_MS = 60_000;
const READY = 'database system is ready to accept connections';
const DATABASE = 'dualwrite';

/**
 * A real Postgres on this machine; data, port and password under `directory`, so that it comes back with the same
 * data at the same address. A server left over from a launcher that was killed is ended first.
 *
 * @param {{directory: string, isDurable?: boolean, onExit?: (code: number | null) => void,
 *   onLog?: (line: string) => void, signal?: AbortSignal}} options `isDurable: false` is for tests: no fsync
 * @returns handle: `url`, `pid()`, `start()` (again, after it died), `stop()`
 */
export async function startPostgres(options) {
  const { directory, isDurable = true, onExit, onLog = () => undefined, signal } = options;
  const user = await postgresUser();
  const binaries = await postgresBinaries(user);
  await mkdir(directory, { recursive: true });
  const stateFile = path.join(directory, 'server.json');
  const state = await readJson(stateFile, { password: randomBytes(12).toString('base64url') });
  state.dataDirectory ??= await dataDirectoryFor(directory, user);
  await endLeftOver(state);
  state.port = await keepPort(state.port);
  await initialise({ binaries, user, state, signal });

  let child = null;
  let isStopping = false;

  /** One attempt; resolves when the server takes connections. */
  async function attempt() {
    const started = startChild(binaries.postgres, serverArguments(state, isDurable), {
      ...user,
      cwd: state.dataDirectory,
      env: { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C' },
    });
    let output = '';
    const listen = (data) => {
      output = (output + data).slice(-4000);
      for (const line of String(data).split('\n')) if (line.trim()) onLog(line);
    };
    started.stdout.on('data', listen);
    started.stderr.on('data', listen);
    try {
      await waitUntil(
        () => {
          if (started.exitCode !== null || started.signalCode !== null) throw new Hopeless(output);
          return output.includes(READY);
        },
        {
          what: `Postgres does not get ready: ${output}`,
          deadlineMs: START_DEADLINE_MS,
          everyMs: 20,
          signal,
        },
      );
    } catch (error) {
      await endProcess(started.pid, { signal: 'SIGINT' });
      throw error;
    }
    return started;
  }

  async function start() {
    // After a kill -9 its workers live on for a moment and hold the data folder: then the first attempts fail.
    let lastError;
    child = await waitUntil(
      async () => {
        try {
          return await attempt();
        } catch (error) {
          lastError = error;
          return null;
        }
      },
      { what: 'Postgres does not start', deadlineMs: 15_000, everyMs: 300, signal },
    ).catch((error) => {
      throw lastError
        ? new Error(`Postgres does not start: ${lastError.message}`, { cause: lastError })
        : error;
    });
    const mine = child;
    mine.once('exit', (code) => {
      if (child === mine) child = null;
      if (!isStopping) onExit?.(code);
    });
    Object.assign(state, { pid: mine.pid, identity: await identityOf(mine.pid) });
    await writeJson(stateFile, state);
  }

  await start();
  return {
    url: `postgres://postgres:${state.password}@127.0.0.1:${state.port}/${DATABASE}`,
    pid: () => child?.pid,
    start,
    async stop() {
      isStopping = true;
      // INT: "fast", connections are cut and everything is written down; TERM would wait for the clients.
      if (child) await endProcess(child.pid, { signal: 'SIGINT', graceMs: 15_000 });
    },
  };
}

/** Removes a server's data, wherever it lies. Only for one that does not run. */
export async function removePostgres(directory) {
  const state = await readJson(path.join(directory, 'server.json'), null);
  if (state?.dataDirectory) {
    await endLeftOver(state);
    await rm(state.dataDirectory, { recursive: true, force: true });
  }
  await rm(directory, { recursive: true, force: true });
}

/** Beside the rest of the state if the server's user gets there; else in the temporary folder, under a name of its own. */
async function dataDirectoryFor(directory, user) {
  const wanted = path.resolve(directory, 'data');
  if (user === null || (await isPassable(directory))) return wanted;
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  return path.join(tmpdir(), `dualwrite-postgres-data-${name}`);
}

async function endLeftOver(state) {
  if (state.pid && (await isAlive(state.pid)) && (await identityOf(state.pid)) === state.identity) {
    await endProcess(state.pid, { signal: 'SIGINT', graceMs: 15_000 });
  }
}

async function initialise({ binaries, user, state, signal }) {
  try {
    await readFile(path.join(state.dataDirectory, 'PG_VERSION'));
    return;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  // Nothing, or what an interrupted layout left: initdb wants an empty folder.
  await rm(state.dataDirectory, { recursive: true, force: true });
  await mkdir(state.dataDirectory, { recursive: true });
  await chmod(state.dataDirectory, 0o700);
  const passwordFile = path.join(tmpdir(), `dualwrite-${randomBytes(6).toString('hex')}`);
  await writeFile(passwordFile, `${state.password}\n`, { mode: 0o600 });
  if (user !== null) {
    await chown(state.dataDirectory, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    const { code, stdout, stderr } = await runCommand(
      binaries.initdb,
      [
        `--pgdata=${state.dataDirectory}`,
        '--username=postgres',
        // Over the loopback address only; cheaper per connection than scram, which costs milliseconds of CPU.
        '--auth=password',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ],
      { ...user, cwd: state.dataDirectory, env: { ...process.env, LC_ALL: 'C' }, signal },
    );
    if (code !== 0) throw new Error(`Postgres could not lay out its data folder: ${stderr || stdout}`);
    await createDatabase({ binaries, user, state });
  } catch (error) {
    await rm(state.dataDirectory, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Makes our database in the server's single-user mode: no client is needed for it. */
async function createDatabase({ binaries, user, state }) {
  const child = startChild(binaries.postgres, ['--single', '-D', state.dataDirectory, 'postgres'], {
    ...user,
    cwd: state.dataDirectory,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let errors = '';
  child.stderr.on('data', (data) => (errors += data));
  child.stdin.end(`CREATE DATABASE ${DATABASE};\n`);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0 || errors.includes('ERROR'))
    throw new Error(`Postgres could not make its database: ${errors}`);
}

function serverArguments(state, isDurable) {
  const settings = {
    listen_addresses: '127.0.0.1',
    // No socket file: two stacks on one machine would meet in /tmp, and nobody needs it.
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '128MB',
    // Many small transactions on a small machine: checkpoints seldom, statistics workers not more than needed.
    max_wal_size: '2GB',
    log_min_messages: 'warning',
    ...(isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return [
    '-D',
    state.dataDirectory,
    '-p',
    String(state.port),
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
}
