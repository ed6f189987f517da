import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { add, NOTHING, type Exploration, type SeedRange } from './run';

/** A part of the seeds of one scenario. */
export interface Errand extends SeedRange {
  readonly scenario: string;
}

/** Small enough that the cores end together, large enough that nobody waits for messages. */
const SEEDS_PER_ERRAND = 250;
const WORKER_FILE = path.join(__dirname, 'crew-worker.js');

/** Runs seeds on every core. The figures do not depend on how many there are: seeds know nothing of each other. */
export async function exploreTogether(errands: readonly Errand[]): Promise<Map<string, Exploration>> {
  const parts = errands.flatMap(split);
  const found = new Map<string, Exploration>(errands.map(({ scenario }) => [scenario, NOTHING]));
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(WORKER_FILE);
    try {
      for (let part = parts[next]; part !== undefined; part = parts[next]) {
        next += 1;
        const done = await ask(worker, part);
        found.set(part.scenario, add(found.get(part.scenario) ?? NOTHING, done));
      }
    } finally {
      await worker.terminate();
    }
  };
  const workerCount = Math.min(availableParallelism(), parts.length);
  await Promise.all(Array.from({ length: workerCount }, work));
  return found;
}

function split(errand: Errand): Errand[] {
  const parts: Errand[] = [];
  const from = errand.from ?? 1;
  for (let done = 0; done < errand.seeds; done += SEEDS_PER_ERRAND) {
    const seeds = Math.min(SEEDS_PER_ERRAND, errand.seeds - done);
    parts.push({ ...errand, from: from + done, seeds });
  }
  return parts;
}

function ask(worker: Worker, errand: Errand): Promise<Exploration> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      worker.off('message', answer);
      worker.off('error', fail);
    };
    const answer = (found: Exploration): void => {
      end();
      resolve(found);
    };
    const fail = (error: Error): void => {
      end();
      reject(error);
    };
    worker.on('message', answer);
    worker.on('error', fail);
    worker.postMessage(errand);
  });
}
