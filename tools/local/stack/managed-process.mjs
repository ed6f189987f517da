import { createInterface } from 'node:readline';
import { endProcess, startChild } from '../lib/processes.mjs';

/** Longest wait before a process that died is started again; the promise is 5 s, including its start. */
const RESTART_DELAY_MS_MAX = 3000;
const RESTART_DELAY_MS_MIN = 200;
/** A process that lived this long was well: the next death starts counting anew. */
const WELL_AFTER_MS = 20_000;
/** Deaths in a row, before ever being ready, after which waiting is in vain. */
const EARLY_DEATHS_MAX = 4;
const STOP_GRACE_MS = 12_000;

/**
 * A process that is started again when it dies. It says that it is ready by one JSON line on stdout.
 */
export class ManagedProcess {
  pid = null;
  /** What the ready line of the running process said; null until it came. */
  ready = null;
  #options;
  #child = null;
  #isStopping = false;
  #deathCount = 0;
  #wasReady = false;
  #timer = null;
  #waiters = [];

  /**
   * @param {{name: string, command: string, args: string[], env: Record<string, string>, readyEvent: string,
   *   onLine: (line: string) => void, onChange: () => void, onTalk: (text: string) => void}} options
   */
  constructor(options) {
    this.#options = options;
  }

  get name() {
    return this.#options.name;
  }

  /** Starts it; resolves with the ready line of the first process that gets so far. */
  start() {
    const promise = new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
    this.#spawn();
    return promise;
  }

  async stop() {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    if (this.#child) await endProcess(this.#child.pid, { graceMs: STOP_GRACE_MS });
    for (const { reject } of this.#waiters.splice(0)) reject(new Error(`${this.name} was stopped`));
  }

  #spawn() {
    const { command, args, env, onLine, onChange, readyEvent } = this.#options;
    const child = startChild(command, args, { env });
    const startedAt = Date.now();
    this.#child = child;
    this.pid = child.pid ?? null;
    this.ready = null;
    let failure = null;
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine(line);
      if (this.ready === null && line.includes(readyEvent)) this.#noteReady(line, readyEvent);
    });
    createInterface({ input: child.stderr }).on('line', onLine);
    child.once('error', (error) => {
      failure = error;
      onLine(String(error));
    });
    child.once('close', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = null;
      this.pid = null;
      this.ready = null;
      if (!this.#isStopping) this.#died({ code, signal, failure, livedMs: Date.now() - startedAt });
    });
    onChange();
  }

  #noteReady(line, readyEvent) {
    let message;
    try {
      message = JSON.parse(line);
    } catch (error) {
      // A log line that only mentions the word.
      if (error instanceof SyntaxError) return;
      throw error;
    }
    if (message.event !== readyEvent) return;
    this.ready = message;
    this.#wasReady = true;
    this.#options.onChange();
    for (const { resolve } of this.#waiters.splice(0)) resolve(message);
  }

  #died({ code, signal, failure, livedMs }) {
    const { onTalk, onLine, onChange } = this.#options;
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    onLine(`launcher: ${this.name} ${how}`);
    this.#deathCount = livedMs > WELL_AFTER_MS ? 1 : this.#deathCount + 1;
    if (failure || (!this.#wasReady && this.#deathCount >= EARLY_DEATHS_MAX)) {
      this.#isStopping = true;
      for (const { reject } of this.#waiters.splice(0))
        reject(failure ?? new Error(`${this.name} does not start: it ${how}`));
      return;
    }
    const delayMs = Math.min(RESTART_DELAY_MS_MAX, RESTART_DELAY_MS_MIN * 2 ** (this.#deathCount - 1));
    onTalk(`${this.name} ${how}; starting it again`);
    onChange();
    this.#timer = setTimeout(() => this.#spawn(), delayMs);
  }
}
