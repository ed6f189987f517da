import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { CrashMessage, WorkerOrder } from './case-worker';
import type { Progress } from './progress';

export interface Finding {
  readonly kind: 'crash' | 'hang' | 'memory';
  readonly caseNumber: number;
  readonly text: string;
}

export interface SupervisorOptions {
  readonly workerFile: string;
  readonly order: Omit<WorkerOrder, 'firstCase' | 'memory'>;
  readonly progress: Progress;
  readonly durationMs: number;
  readonly heapMbMax?: number;
  readonly signal: AbortSignal;
  readonly onFinding: (finding: Finding) => void;
}

/** Of processor time: on a busy machine a case waits long without being at fault. */
const CASE_CPU_MS_MAX = 1_000;
/** Waits for nothing, which costs no processor. */
const CASE_WALL_MS_MAX = 20_000;
const HEAP_MB_MAX = 256;
/** Beyond what the process had before the first case: whoever starts us may have filled it already. */
const RSS_GROWTH_BYTES_MAX = 1_000_000_000;
const LOOK_EVERY_MS = 50;
const FINDING_COUNT_MAX = 20;
const LOADING = -1;

/**
 * Keeps a worker on its cases until the time is over. A case that hangs or eats the memory ends the worker; the next
 * one goes on behind it.
 *
 * @returns the largest resident size that the process had
 */
export async function supervise(options: SupervisorOptions): Promise<{ readonly rssBytesMax: number }> {
  const endsAtMs = Date.now() + options.durationMs;
  const watch = { rssBytesAtStart: process.memoryUsage.rss(), rssBytesMax: 0, findingCount: 0 };
  let firstCase = 0;
  while (Date.now() < endsAtMs && !options.signal.aborted && watch.findingCount < FINDING_COUNT_MAX)
    firstCase = (await runWorker(options, firstCase, endsAtMs, watch)) + 1;
  return watch;
}

interface Watch {
  readonly rssBytesAtStart: number;
  rssBytesMax: number;
  findingCount: number;
}

/** @returns the last case that the worker began */
async function runWorker(
  { workerFile, order, progress, signal, onFinding, heapMbMax = HEAP_MB_MAX }: SupervisorOptions,
  firstCase: number,
  endsAtMs: number,
  watch: Watch,
): Promise<number> {
  const found = (kind: Finding['kind'], caseNumber: number, text: string): void => {
    watch.findingCount++;
    onFinding({ kind, caseNumber, text });
  };
  progress.caseNumber = LOADING;
  const worker = new Worker(workerFile, {
    workerData: { ...order, firstCase, memory: progress.memory } satisfies WorkerOrder,
    resourceLimits: { maxOldGenerationSizeMb: heapMbMax },
  });
  let isOver = false;
  let isEnded = false;
  const over = new Promise<void>((resolve) => worker.once('exit', () => resolve())).then(
    () => (isOver = true),
  );
  worker.on('message', ({ caseNumber, text }: CrashMessage) => found('crash', caseNumber, text));
  worker.on('error', (error: NodeJS.ErrnoException) => {
    // One finding per case: what an ended worker still says is of the same one.
    if (isEnded) return;
    const kind = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash';
    found(kind, progress.caseNumber, String(error.stack ?? error));
  });
  const clock = new CaseClock();
  while (!isOver) {
    await Promise.race([over, delay(LOOK_EVERY_MS)]);
    if (isOver) break;
    watch.rssBytesMax = Math.max(watch.rssBytesMax, process.memoryUsage.rss());
    if (watch.rssBytesMax - watch.rssBytesAtStart > RSS_GROWTH_BYTES_MAX) {
      found('memory', progress.caseNumber, `the process has ${watch.rssBytesMax} bytes in memory`);
      isEnded = true;
      await worker.terminate();
    } else if (clock.isOverdue(progress.caseNumber)) {
      found('hang', progress.caseNumber, `more than ${CASE_CPU_MS_MAX} ms`);
      isEnded = true;
      await worker.terminate();
    } else if (Date.now() >= endsAtMs || signal.aborted || watch.findingCount >= FINDING_COUNT_MAX) {
      progress.stop();
    }
  }
  return Math.max(progress.caseNumber, firstCase);
}

/** How long the case under way has taken, in processor time of the process: it has nothing else to do. */
class CaseClock {
  private caseNumber = -1;
  private cpuMs = 0;
  private wallMs = 0;

  isOverdue(caseNumber: number): boolean {
    const { user, system } = process.cpuUsage();
    const cpuMs = (user + system) / 1_000;
    const wallMs = Date.now();
    if (caseNumber !== this.caseNumber || caseNumber === LOADING) {
      Object.assign(this, { caseNumber, cpuMs, wallMs });
      return false;
    }
    return cpuMs - this.cpuMs > CASE_CPU_MS_MAX || wallMs - this.wallMs > CASE_WALL_MS_MAX;
  }
}
