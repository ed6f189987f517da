// Runs cases one after the other in a thread of its own, so that one that hangs or eats the memory can be ended.
import { setImmediate as breath } from 'node:timers/promises';
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { caseOf } from './one-case';
import { Progress } from './progress';
import { TARGETS } from './targets';

export interface WorkerOrder {
  readonly seed: number;
  readonly firstCase: number;
  readonly only: readonly string[];
  readonly memory: SharedArrayBuffer;
}

export interface CrashMessage {
  readonly caseNumber: number;
  readonly text: string;
}

const CASES_PER_BREATH = 50;

async function work({ seed, firstCase, only, memory }: WorkerOrder): Promise<void> {
  const progress = Progress.of(memory);
  const targets = TARGETS.filter(({ name }) => only.length === 0 || only.includes(name));
  for (let caseNumber = firstCase; !progress.isStopping; caseNumber++) {
    progress.caseNumber = caseNumber;
    const { target, targetIndex, input } = caseOf(targets, seed, caseNumber);
    try {
      progress.count(targetIndex, await target.run(input));
    } catch (error) {
      parentPort?.postMessage({ caseNumber, text: inspect(error) } satisfies CrashMessage);
    }
    // Timers and messages get their turn.
    if (caseNumber % CASES_PER_BREATH === 0) await breath();
  }
}

void work(workerData as WorkerOrder);
