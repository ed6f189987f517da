import type { Side, Write, WriteOutcome, WriteResult } from '@dualwrite/events';
import {
  classifyAnswer,
  compareBeforeSending,
  floatsUntilMs,
  nextStep,
  withdrawAttempt,
  type ExecutorFacts,
  type RegisterEntry,
  type SendAnswer,
  type SideRow,
  type Step,
} from './protocol';
import type { World } from './world';

interface Job {
  readonly write: Write;
  stage: 'look' | 'send' | 'read' | 'report';
  attempt: 'first' | 'again' | null;
  result: WriteResult | null;
  madeId: string | null;
  sendBy: number;
  sentAt: string;
  row: SideRow | null | undefined;
}

/** No request of ours can take effect later than this many steps after it was sent. */
export const FLOAT_STEPS = 30;
/** An attempt that was marked longer ago than this is not sent any more: others count on its deadline. */
const SEND_WITHIN_STEPS = 12;

/** The effects around the real executor logic: one write at a time, in the order of the topic. */
export class SimExecutor {
  readonly queue: Write[] = [];
  at = 0;
  runEpoch = 1;
  job: Job | null = null;

  constructor(
    readonly side: Side,
    private readonly world: World,
  ) {}

  get isBusy(): boolean {
    return this.job !== null || this.at < this.queue.length;
  }

  step(): void {
    const { job } = this;
    if (job === null) this.take();
    else if (job.stage === 'look') this.look(job);
    else if (job.stage === 'send') this.send(job);
    else if (job.stage === 'read') this.read(job);
    else this.report(job);
  }

  /** A pause is confirmed once nothing of ours can reach the side any more (rule 12). */
  stop(runEpoch: number): boolean {
    const floats = [...this.register.entries.values()].some((entry) => floatsUntilMs(entry) > this.world.now);
    if (this.job || floats) return false;
    this.runEpoch = runEpoch;
    return true;
  }

  private get register(): World['register'][Side] {
    return this.world.register[this.side];
  }

  private take(): void {
    const write = this.queue[this.at];
    if (write === undefined) return;
    const { world } = this;
    const entry = this.register.entry(nativeIdOf(write));
    const step = this.withLast(entry, write, {
      registerEpoch: world.has('epoch') ? this.register.epoch : write.registerEpoch,
      marksFromEpoch: this.register.marksFromEpoch,
      map: { isRunning: true, runEpoch: world.has('run-epoch') ? this.runEpoch : 0 },
      isConditional: world.endpoint[this.side].traits.isConditional || !world.has('if-match'),
      nowMs: world.now,
      deadlineMs: world.has('settle-creates') ? world.now + SEND_WITHIN_STEPS + FLOAT_STEPS : 0,
    });
    if (step.do === 'wait-until') return;
    const job: Job = {
      write,
      stage: 'read',
      attempt: null,
      result: null,
      madeId: null,
      sendBy: world.now + SEND_WITHIN_STEPS,
      sentAt: this.register.position(),
      row: undefined,
    };
    if (step.do === 'answer') this.job = { ...job, result: resultOf(step.outcome, step.code) };
    else {
      if (world.has('attempts')) this.register.mark(step.entry, write);
      world.trace({ what: 'attempt', side: this.side, attempt: step.attempt, write });
      this.job = { ...job, attempt: step.attempt, stage: step.lookFirst ? 'look' : 'send' };
    }
  }

  private withLast(entry: RegisterEntry, write: Write, facts: ExecutorFacts): Step {
    if (this.world.has('keep-create-intents')) return nextStep(write, entry, facts);
    // Without the highest number that has begun, an old write that comes again is a new one.
    const step = nextStep(write, { ...entry, last: {} }, facts);
    if (step.do !== 'send') return step;
    const last = Math.max(entry.last[write.pairId] ?? 0, write.intent);
    return { ...step, entry: { ...step.entry, last: { ...entry.last, [write.pairId]: last } } };
  }

  private look(job: Job): void {
    const row = this.world.observing.look(this.side, nativeIdOf(job.write));
    const outcome = compareBeforeSending(job.write, job.attempt ?? 'first', row);
    job.result = resultOf(outcome);
    job.stage = outcome === null ? 'send' : 'read';
  }

  private send(job: Job): void {
    const { world } = this;
    if (world.now > job.sendBy) {
      this.withdraw(job);
      return;
    }
    job.sentAt = this.register.position();
    if (world.strikes('zombie')) {
      // Stuck on its way; another instance takes over.
      world.float(job.write);
      this.job = null;
      return;
    }
    const answer = world.strikes('throttled')
      ? ({ kind: 'not-executed' } as const)
      : this.carryOut(job.write);
    const classified = classifyAnswer(job.write, job.attempt ?? 'first', answer);
    if (classified.do === 'report') {
      job.result = classified.result;
      job.row = classified.row;
      job.madeId = classified.madeId;
      job.stage = classified.row === undefined ? 'read' : 'report';
      return;
    }
    if (classified.do === 'withdraw') this.withdraw(job);
    else this.job = null;
  }

  /** It was surely not carried out: the write comes again, as a first attempt if it was one. */
  private withdraw(job: Job): void {
    if (job.attempt === 'first' && this.world.has('attempts')) {
      this.register.put(withdrawAttempt(this.register.entry(nativeIdOf(job.write)), job.write));
    }
    this.job = null;
  }

  private carryOut(write: Write): SendAnswer {
    const { world } = this;
    if (world.isRefused(write)) return { kind: 'rejected', code: 'refused', text: 'every fifth value' };
    const effect = world.effect(write);
    if (world.strikes('lostAnswer') || world.strikes('executorCrash')) {
      world.trace({ what: 'answer-lost', write });
      return { kind: 'lost' };
    }
    if (effect.kind !== 'done') return { code: '', text: '', ...effect };
    const { returnsRow } = world.endpoint[this.side].traits;
    return {
      kind: 'done',
      madeId: effect.row?.id ?? null,
      ...(returnsRow && { row: world.endpoint[this.side].read() }),
    };
  }

  private read(job: Job): void {
    job.sentAt = this.register.position();
    job.row = this.world.observing.look(this.side, nativeIdOf(job.write));
    job.stage = 'report';
    this.world.count.reads += 1;
  }

  private report(job: Job): void {
    const { world } = this;
    if (world.strikes('executorCrash')) {
      // The effect is there, its report is not.
      this.job = null;
      return;
    }
    const result = job.result && {
      write: job.write,
      attempt: job.attempt,
      result: job.result,
      madeId: job.madeId,
    };
    const stored = this.register.observe(
      nativeIdOf(job.write),
      { sentAt: job.sentAt, row: job.row, ...(result && { result }) },
      () => world.strikes('registerCrash'),
    );
    if (stored === 'read-again') {
      job.stage = 'read';
      return;
    }
    world.trace({ what: 'result', write: job.write, outcome: job.result?.outcome ?? null });
    this.job = null;
    if (stored !== 'crashed') this.at += 1;
  }
}

export function nativeIdOf(write: Write): string {
  return write.nativeId ?? write.id;
}

function resultOf(outcome: WriteOutcome | null, code?: string): WriteResult | null {
  return outcome === null ? null : { outcome, ...(code === undefined ? {} : { code }) };
}
