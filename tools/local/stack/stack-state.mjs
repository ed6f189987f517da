import { mkdir, open, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { EnvironmentLacks } from '../lib/environment-lacks.mjs';
import { readJson, writeJson } from '../lib/json-file.mjs';
import { freePorts, keepPort } from '../lib/ports.mjs';
import { endProcess, identityOf, isAlive } from '../lib/processes.mjs';
import { removePostgres } from '../postgres.mjs';

const LOG_BYTES_MAX = 64 * 1024 * 1024;
/** All that a stack keeps in its folder. The folder may be anybody's: what is not named here is never touched. */
const OURS = [
  'kafka',
  'sandbox',
  'settings.json',
  'processes.json',
  'stack.json',
  'services.log',
  'services.log.1',
];

/** What a stack keeps between two starts: ports, the token, the ids of its processes; and that it runs only once. */
export class StackState {
  #processes = [];
  #settings = {};
  #writing = Promise.resolve();

  constructor(directory) {
    this.directory = directory;
  }

  file(name) {
    return path.join(this.directory, name);
  }

  /**
   * Takes the folder for this launcher, and ends what a killed one has left running.
   *
   * @throws {EnvironmentLacks} another launcher is at work on it
   */
  async take({ reset }) {
    await mkdir(this.directory, { recursive: true });
    await this.#lock();
    await this.#endLeftOvers();
    if (reset) {
      await removePostgres(this.file('postgres'));
      await Promise.all(OURS.map((name) => rm(this.file(name), { recursive: true, force: true })));
    }
    this.#settings = await readJson(this.file('settings.json'), {});
    this.#settings.ports ??= {};
    this.#settings.apiToken ??= randomBytes(24).toString('base64url');
    this.#settings.eventsKey ??= randomBytes(24).toString('base64url');
    await this.#rotateLog();
    await this.#saveSettings();
  }

  async release() {
    await this.#writing;
    await rm(this.file('stack.json'), { force: true });
    await rm(this.file('launcher.lock'), { force: true });
  }

  get apiToken() {
    return this.#settings.apiToken;
  }

  get eventsKey() {
    return this.#settings.eventsKey;
  }

  /** The ports of these names: those of the last start where they are still free. Saved, so that URLs stay. */
  async ports(names) {
    const known = this.#settings.ports;
    const fresh = await freePorts(names.filter((name) => !known[name]).length);
    for (const name of names) known[name] = known[name] ? await keepPort(known[name]) : fresh.shift();
    await this.#saveSettings();
    return names.map((name) => known[name]);
  }

  /** Notes a process, so that the next start can end it should this one be killed. */
  async noteProcess(name, pid) {
    const identity = await identityOf(pid);
    this.#processes = [...this.#processes.filter((one) => one.name !== name), { name, pid, identity }];
    this.#writing = this.#writing.then(() => writeJson(this.file('processes.json'), this.#processes));
    await this.#writing;
  }

  async #saveSettings() {
    await writeJson(this.file('settings.json'), this.#settings);
  }

  async #lock() {
    const file = this.file('launcher.lock');
    for (;;) {
      try {
        const handle = await open(file, 'wx', 0o600);
        await handle.writeFile(JSON.stringify({ pid: process.pid, identity: await identityOf(process.pid) }));
        await handle.close();
        return;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const owner = await readJson(file, null);
      const isRunning =
        owner !== null && (await isAlive(owner.pid)) && (await identityOf(owner.pid)) === owner.identity;
      if (isRunning) {
        throw new EnvironmentLacks(
          `This installation already runs (process ${owner.pid}, state in ${this.directory}): end it with Ctrl-C there or with "kill ${owner.pid}", or give another folder with --state.`,
        );
      }
      // Left by a launcher that was killed. By name only once: of two that find it, one makes the new one.
      const stale = `${file}.${process.pid}`;
      await rename(file, stale).catch((error) => {
        if (error.code !== 'ENOENT') throw error;
      });
      await unlink(stale).catch((error) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
  }

  async #endLeftOvers() {
    const left = await readJson(this.file('processes.json'), []);
    await Promise.all(
      left.map(async ({ pid, identity }) => {
        if ((await isAlive(pid)) && (await identityOf(pid)) === identity)
          await endProcess(pid, { graceMs: 8000 });
      }),
    );
    await rm(this.file('processes.json'), { force: true });
    await rm(this.file('stack.json'), { force: true });
  }

  async #rotateLog() {
    const file = this.file('services.log');
    try {
      if ((await stat(file)).size > LOG_BYTES_MAX) await rename(file, `${file}.1`);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      await writeFile(file, '');
    }
  }

  /** The last lines of one process in the combined log. */
  async logTail(name, lineCount = 15) {
    const text = await readFile(this.file('services.log'), 'utf8');
    return text
      .split('\n')
      .filter((line) => line.startsWith(`[${name}]`))
      .slice(-lineCount)
      .join('\n');
  }
}
