import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readJson, writeJson } from './lib/json-file.mjs';
import { kafkaAnswers } from './lib/kafka-answers.mjs';
import { kafkaJars } from './lib/kafka-jars.mjs';
import { freePorts, isPortFree } from './lib/ports.mjs';
import { endProcess, identityOf, isAlive, runCommand, startChild } from './lib/processes.mjs';
import { requireJava } from './lib/requirements.mjs';
import { Hopeless, waitUntil } from './lib/wait-until.mjs';

const START_DEADLINE_MS = 90_000;
const STOP_GRACE_MS = 15_000;
/** More controllers than three make nothing safer here. */
const CONTROLLER_COUNT_MAX = 3;

/**
 * A real Apache Kafka on this machine, in KRaft mode: data, ports and pids under `directory`, so that it comes back
 * with the same data at the same address. A broker left over from a launcher that was killed is ended first.
 *
 * @param {{directory: string, brokerCount?: number, heapMb?: number, startsQuickly?: boolean, onTalk?: (text: string) => void,
 *   onExit?: (node: number, code: number | null) => void, onLog?: (line: string) => void, signal?: AbortSignal}} options
 * @returns handle: `brokers` (list of HOST:PORT), `home` (folder of the jars), `pids()`, `startNode(n)`, `stop()`
 */
export async function startKafka(options) {
  const {
    directory,
    brokerCount = 1,
    heapMb = 512,
    startsQuickly = true,
    onExit,
    onLog = () => undefined,
    signal,
  } = options;
  const java = await requireJava();
  const home = await kafkaJars({ onTalk: options.onTalk, signal });
  await mkdir(directory, { recursive: true });
  const stateFile = path.join(directory, 'cluster.json');
  await endLeftOver(stateFile);

  const cluster = await loadCluster(stateFile, brokerCount);
  const children = new Map();
  let isStopping = false;

  async function startNode(number) {
    const node = cluster.nodes[number - 1];
    const nodeDirectory = path.join(directory, `node-${number}`);
    const settings = path.join(nodeDirectory, 'server.properties');
    await mkdir(nodeDirectory, { recursive: true });
    await writeFile(
      settings,
      serverProperties({ cluster, node, dataDirectory: path.join(nodeDirectory, 'data') }),
    );
    const classPath = [path.join(home, '*'), home].join(path.delimiter);
    if (!node.isFormatted) {
      const { code, stdout, stderr } = await runCommand(
        java,
        [
          ...jvmFlags(true),
          '-cp',
          classPath,
          'kafka.tools.StorageTool',
          'format',
          '--ignore-formatted',
          // One word: an id may begin with a dash.
          `--cluster-id=${cluster.id}`,
          '-c',
          settings,
        ],
        { signal },
      );
      if (code !== 0) throw new Error(`Kafka could not lay out its data folder: ${stdout}${stderr}`);
      node.isFormatted = true;
    }
    const child = startChild(
      java,
      [
        `-Xmx${heapMb}m`,
        `-Xms${Math.min(heapMb, 256)}m`,
        ...jvmFlags(startsQuickly),
        '-cp',
        classPath,
        'kafka.Kafka',
        settings,
      ],
      { cwd: nodeDirectory },
    );
    let tail = '';
    const listen = (data) => {
      tail = (tail + data).slice(-4000);
      for (const line of String(data).split('\n')) if (line.trim()) onLog(line);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    children.set(number, child);
    let hasServed = false;
    child.once('exit', (code) => {
      if (children.get(number) === child) children.delete(number);
      // One that never served is the failure of this call, not the death of a broker.
      if (hasServed && !isStopping) onExit?.(number, code);
    });
    node.pid = child.pid;
    node.identity = await identityOf(child.pid);
    await writeJson(stateFile, cluster);
    try {
      await waitUntil(
        () => {
          if (child.exitCode !== null || child.signalCode !== null) {
            throw new Hopeless(`Kafka ended while starting:\n${tail}`);
          }
          return kafkaAnswers(`127.0.0.1:${node.port}`);
        },
        { what: `Kafka does not answer:\n${tail}`, deadlineMs: START_DEADLINE_MS, signal },
      );
      hasServed = true;
    } catch (error) {
      await endProcess(child.pid, { graceMs: STOP_GRACE_MS });
      // Waiting for this process is hopeless; another attempt is not.
      throw error instanceof Hopeless ? new Error(error.message) : error;
    }
  }

  async function stop() {
    isStopping = true;
    // All at once: with a majority of controllers gone, a broker that is told later waits in vain for its leave.
    await Promise.all(
      [...children.values()].map((child) => endProcess(child.pid, { graceMs: STOP_GRACE_MS })),
    );
  }

  try {
    await Promise.all(cluster.nodes.map((node) => startNode(node.number)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers: cluster.nodes.map((node) => `127.0.0.1:${node.port}`),
    home,
    pids: () => cluster.nodes.map((node) => children.get(node.number)?.pid).filter(Boolean),
    startNode,
    stop,
  };
}

/**
 * Small, beside six services on two cores. `startsQuickly`: without the optimizing compiler, which takes as much of the
 * first seconds as the broker itself (2.2 s of CPU to ready in place of 3.7 s, measured 2026-11-23).
 */
const jvmFlags = (startsQuickly) => [
  '-XX:+UseSerialGC',
  ...(startsQuickly ? ['-XX:TieredStopAtLevel=1'] : []),
  '-Djava.awt.headless=true',
];

async function endLeftOver(stateFile) {
  const cluster = await readJson(stateFile, null);
  for (const node of cluster?.nodes ?? []) {
    if (node.pid && (await isAlive(node.pid)) && (await identityOf(node.pid)) === node.identity) {
      await endProcess(node.pid, { graceMs: STOP_GRACE_MS });
    }
  }
}

async function loadCluster(stateFile, brokerCount) {
  const known = await readJson(stateFile, null);
  if (known?.nodes.length === brokerCount) {
    for (const node of known.nodes) {
      if (!(await isPortFree(node.port))) [node.port] = await freePorts(1);
      if (!(await isPortFree(node.controllerPort))) [node.controllerPort] = await freePorts(1);
    }
    return known;
  }
  if (known !== null) {
    // Another number of brokers is another cluster: voters and replicas are laid down when it is formatted.
    await Promise.all(
      known.nodes.map((node) =>
        rm(path.join(path.dirname(stateFile), `node-${node.number}`), { recursive: true, force: true }),
      ),
    );
  }
  const ports = await freePorts(brokerCount * 2);
  return {
    id: randomBytes(16).toString('base64url'),
    nodes: Array.from({ length: brokerCount }, (_, index) => ({
      number: index + 1,
      port: ports[index * 2],
      controllerPort: ports[index * 2 + 1],
      isFormatted: false,
    })),
  };
}

/** Settings of one node; topics of the broker itself are kept small, for they are opened at every start. */
function serverProperties({ cluster, node, dataDirectory }) {
  const controllers = cluster.nodes.slice(0, CONTROLLER_COUNT_MAX);
  const isController = controllers.includes(node);
  const replicas = Math.min(cluster.nodes.length, 3);
  const settings = {
    'process.roles': isController ? 'broker,controller' : 'broker',
    'node.id': node.number,
    'controller.quorum.voters': controllers
      .map((one) => `${one.number}@127.0.0.1:${one.controllerPort}`)
      .join(','),
    listeners: [
      `PLAINTEXT://127.0.0.1:${node.port}`,
      ...(isController ? [`CONTROLLER://127.0.0.1:${node.controllerPort}`] : []),
    ].join(','),
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': dataDirectory,
    'auto.create.topics.enable': false,
    'default.replication.factor': replicas,
    'min.insync.replicas': replicas > 2 ? 2 : 1,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'message.max.bytes': 4_194_304,
    'replica.fetch.max.bytes': 4_194_304,
    // A broker that was killed may come back under its number only after its session has ended: sooner than the usual
    // 9 s, yet not so soon that a busy machine makes one lose its partitions.
    'broker.session.timeout.ms': 6000,
    'broker.heartbeat.interval.ms': 1000,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
