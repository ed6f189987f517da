import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { startInfra } from '../infra.mjs';
import { buildStale } from '../lib/build.mjs';
import { installPackages } from '../lib/install.mjs';
import { writeJson } from '../lib/json-file.mjs';
import { kafkaJars } from '../lib/kafka-jars.mjs';
import { requireJava } from '../lib/requirements.mjs';
import { waitUntil } from '../lib/wait-until.mjs';
import { ManagedProcess } from './managed-process.mjs';
import {
  callersEnvironment,
  entryOf,
  SERVICE_NODE_FLAGS,
  serviceEnvironment,
  SERVICES,
} from './services.mjs';

const READY_DEADLINE_MS = 90_000;
const INFRA_RESTART_DEADLINE_MS = 120_000;

/** Everything that `npm start` runs, and stack.json, which always tells the truth about it. */
export class Stack {
  installSeconds = 0;
  sandbox = null;
  infra = null;
  #flags;
  #state;
  #talk;
  #signal;
  #isReady = false;
  #isStopping = false;
  #log;
  #sandboxProcess = null;
  #services = new Map();
  #ports = {};
  #saving = Promise.resolve();

  /** @param {{flags: object, state: import('./stack-state.mjs').StackState, talk: (text: string) => void, signal: AbortSignal}} options */
  constructor({ flags, state, talk, signal }) {
    this.#flags = flags;
    this.#state = state;
    this.#talk = talk;
    this.#signal = signal;
    this.#log = createWriteStream(state.file('services.log'), { flags: 'a' });
    for (const name of SERVICES) this.#services.set(name, []);
  }

  /** Packages, Kafka's jars and the compiled services; what is there already takes no time. */
  async install() {
    const startedAt = Date.now();
    const options = { onTalk: this.#talk, signal: this.#signal };
    const needsKafka = !this.#flags.sandboxOnly && !process.env.KAFKA_BROKERS;
    if (needsKafka) await requireJava();
    await Promise.all([
      installPackages(options).then(() =>
        buildStale(this.#flags.sandboxOnly ? { ...options, only: ['tools/sandbox'] } : options),
      ),
      needsKafka ? kafkaJars(options) : undefined,
    ]);
    this.installSeconds = seconds(startedAt);
  }

  /** Kafka, Postgres and the sandboxes side by side, then all services side by side. */
  async start() {
    const { sandboxOnly } = this.#flags;
    await this.#all([sandboxOnly ? undefined : this.#startInfra(), this.#startSandbox()]);
    if (!sandboxOnly) await this.#startServices();
    await this.#save();
  }

  async #startInfra() {
    this.#talk('Starting Kafka (carries every change) and Postgres (the memory of the services)');
    this.infra = await startInfra({
      state: this.#state.directory,
      brokerCount: this.#flags.brokerCount,
      isDurable: true,
      onTalk: this.#talk,
      onLog: (name, line) => this.#logLine(name, line),
      onExit: (name, node) => this.#infraDied(name, node),
      signal: this.#signal,
    });
    await this.#save();
  }

  async #infraDied(name, node) {
    if (this.#isStopping) return;
    const title = name === 'kafka' ? 'Kafka' : 'Postgres';
    this.#talk(`${title} died; starting it again`);
    await this.#save();
    try {
      await waitUntil(
        async () => {
          if (this.#isStopping) return true;
          await (name === 'kafka' ? this.infra.kafka.startNode(node) : this.infra.postgres.start());
          return true;
        },
        {
          what: `${title} does not come back`,
          deadlineMs: INFRA_RESTART_DEADLINE_MS,
          everyMs: 1000,
          signal: this.#signal,
        },
      );
    } catch (error) {
      // The services keep waiting for it, and the log says why it stays away.
      if (!this.#isStopping) this.#talk(`${error.message}; see ${this.#state.file('services.log')}`);
      this.#logLine(name, String(error.cause ?? error));
    }
    await this.#save();
  }

  async #startSandbox() {
    this.#talk(
      this.#flags.seed
        ? 'Starting the sandboxes: stand-ins for Finance and Operations, with customers, and for Dataverse, empty'
        : 'Starting the sandboxes: empty stand-ins for Finance and Operations and for Dataverse',
    );
    const [foPort, dataversePort, oauthPort] = await this.#state.ports([
      'sandbox/fo',
      'sandbox/dataverse',
      'sandbox/oauth',
    ]);
    const args = [
      '--state',
      this.#state.file('sandbox'),
      '--fo-port',
      String(foPort),
      '--dataverse-port',
      String(dataversePort),
      '--oauth-port',
      String(oauthPort),
    ];
    this.#sandboxProcess = this.#manage('sandbox', {
      command: process.execPath,
      // Reading a million rows at the start is mostly the collection of young objects; more room for them halves it.
      args: [
        '--max-semi-space-size=64',
        entryOf('tools/sandbox'),
        ...args,
        ...(this.#flags.seed ? ['--seed', 'demo'] : []),
        ...(this.#flags.standardTables ? ['--standard-tables'] : []),
      ],
      env: { ...callersEnvironment(), PARENT_PID: String(process.pid) },
      readyEvent: 'sandbox.listening',
    });
    const { fo, dataverse, oauth } = await this.#sandboxProcess.start();
    this.sandbox = {
      fo: { admin: `${fo.url}/_sandbox`, ...fo },
      dataverse: { admin: `${dataverse.url}/_sandbox`, ...dataverse },
      oauth,
    };
    await this.#save();
  }

  async #startServices() {
    const names = SERVICES.flatMap((name) =>
      Array.from({ length: this.#flags.replicas[name] }, (_, index) => `${name}/${index + 1}`),
    );
    // Ports of replicas first: whoever needs another service is told its address before it runs.
    const drawn = await this.#state.ports(names);
    const ports = Object.fromEntries(names.map((name, index) => [name, drawn[index]]));
    this.#talk(
      `Starting ${names.length} services: ${SERVICES.map((name) => counted(name, this.#flags.replicas[name])).join(', ')}`,
    );
    this.#ports = ports;
    const starts = names.map((id) => {
      const [name, replica] = id.split('/');
      return this.#startReplica(name, replica);
    });
    await this.#all(starts);
    await this.#tellDataEventsUrl(ports);
  }

  async #startReplica(name, replica) {
    const ports = this.#ports;
    const url = `http://127.0.0.1:${ports[`${name}/${replica}`]}`;
    const managed = this.#manage(
      this.#flags.replicas[name] > 1 || replica > 1 ? `${name}-${replica}` : name,
      {
        command: process.execPath,
        args: [...SERVICE_NODE_FLAGS, entryOf(`apps/${name}`)],
        env: serviceEnvironment({
          name,
          replica,
          ports,
          infra: this.infra,
          sandbox: this.sandbox,
          state: this.#state,
          userCount: this.#flags.userCount,
        }),
        readyEvent: 'service.listening',
      },
    );
    this.#services.get(name).push({ managed, url });
    await managed.start();
    await this.#untilReady(managed.name, url);
  }

  /** Replicas join, or those that came last leave; the first one, whose address the others know, always stays. */
  async scale(name, count) {
    const replicas = this.#services.get(name);
    const leaving = replicas.splice(count);
    await Promise.all(leaving.map(({ managed }) => managed.stop()));
    await this.#save();
    while (!this.#isStopping && replicas.length < count) {
      const id = `${name}/${replicas.length + 1}`;
      const [port] = await this.#state.ports([id]);
      this.#ports = { ...this.#ports, [id]: port };
      await this.#startReplica(name, replicas.length + 1);
      await this.#save();
    }
  }

  /** A service that is not ready yet says what it waits for: shown if it takes too long. */
  async #untilReady(name, url) {
    let reason = '';
    await waitUntil(
      async () => {
        const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3000) });
        if (response.ok) return true;
        reason = await response.text();
        return false;
      },
      {
        what: `${name} does not get ready`,
        deadlineMs: READY_DEADLINE_MS,
        everyMs: 200,
        signal: this.#signal,
      },
    ).catch((error) => {
      throw reason ? new Error(`${error.message}: ${reason}`, { cause: error }) : error;
    });
  }

  /** F&O calls this address on every change, as its data events do; what it misses is found by the connector's sweep. */
  async #tellDataEventsUrl(ports) {
    const response = await fetch(`${this.sandbox.fo.admin}/options`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        dataEventsUrl: `http://127.0.0.1:${ports['fo-connector/1']}/events?code=${this.#state.eventsKey}`,
      }),
    });
    if (!response.ok)
      throw new Error(`the sandbox refused its options: ${response.status} ${await response.text()}`);
  }

  #manage(name, options) {
    const managed = new ManagedProcess({
      name,
      ...options,
      onLine: (line) => this.#logLine(name, line),
      onChange: () => {
        if (managed.pid) void this.#state.noteProcess(name, managed.pid);
        void this.#save();
      },
      onTalk: this.#talk,
    });
    return managed;
  }

  #logLine(name, line) {
    this.#log.write(`[${name}] ${line}\n`);
  }

  /** Waits for all even if one fails, and shows the log of the one that did. */
  async #all(promises) {
    const results = await Promise.allSettled(promises);
    const failed = results.find((result) => result.status === 'rejected');
    if (!failed) return;
    const name = /^([\w-]+) does not/.exec(failed.reason.message)?.[1];
    if (name) failed.reason.message += `\n${await this.#state.logTail(name)}`;
    throw failed.reason;
  }

  async setReady() {
    this.#isReady = true;
    await this.#save();
  }

  get consoleUrl() {
    return this.#services.get('console')[0].url;
  }

  get signInLink() {
    return `${this.consoleUrl}/?token=${this.#state.apiToken}`;
  }

  /** Where the first replica of a service answers. */
  urlOf(name) {
    return this.#services.get(name)[0].url;
  }

  #save() {
    this.#saving = this.#saving.then(() => writeJson(this.#state.file('stack.json'), this.#content()));
    return this.#saving;
  }

  #content() {
    const hasConsole = this.#services.get('console').length > 0;
    return {
      pid: process.pid,
      ready: this.#isReady,
      ...(this.infra && {
        kafka: {
          brokers: this.infra.kafka.brokers,
          home: this.infra.kafka.home,
          pids: this.infra.kafka.pids(),
        },
        postgres: { url: this.infra.postgres.url, pid: this.infra.postgres.pid() },
      }),
      ...this.sandbox,
      ...(this.#sandboxProcess && { sandbox: { pid: this.#sandboxProcess.pid } }),
      ...(hasConsole && { console: { url: this.consoleUrl, signInLink: this.signInLink } }),
      services: Object.fromEntries(
        [...this.#services]
          .filter(([, replicas]) => replicas.length > 0)
          .map(([name, replicas]) => [
            name,
            replicas
              .filter(({ managed }) => managed.pid)
              .map(({ managed, url }) => ({ pid: managed.pid, http: url })),
          ]),
      ),
      log: path.resolve(this.#state.file('services.log')),
    };
  }

  /** Those who give work first, then those who do it, then what they stand on. */
  async stop() {
    this.#isStopping = true;
    const services = SERVICES.map((name) => this.#services.get(name));
    await Promise.all(services.flat().map(({ managed }) => managed.stop()));
    await this.#sandboxProcess?.stop();
    await this.infra?.stop();
    await this.#saving;
    await new Promise((resolve) => this.#log.end(resolve));
  }
}

const seconds = (startedAt) => Math.round((Date.now() - startedAt) / 100) / 10;
const counted = (name, count) => (count > 1 ? `${count} x ${name}` : name);
