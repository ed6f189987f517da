import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../control/clock';
import { CommitLog } from '../control/commit-log';
import { Counters } from '../control/counters';
import { Limits } from '../control/limits';
import { RequestLog } from '../control/request-log';
import { FaultPlan, type FaultEffect, type Occasion } from '../faults/fault-plan';
import { BadQuery, Refusal, type Answer, type ODataRequest, type Operation } from '../odata/exchange';
import type { Transaction } from '../store/transaction';
import { runUnit } from './held-unit';
import type { BatchHost, Side, UnitResult } from './side';

const OPERATIONS: Record<string, Operation> = { GET: 'read', HEAD: 'read', POST: 'create', DELETE: 'delete' };

/** Runs requests of one side: limits, faults, units of work, counters and log around the side's own answer. */
export class SideHost {
  readonly counters = new Counters();
  readonly log = new RequestLog();
  readonly limits = new Limits();
  readonly faults = new FaultPlan();
  readonly commits: CommitLog;

  constructor(
    readonly side: Side,
    readonly clock: Clock,
  ) {
    this.commits = new CommitLog(clock);
  }

  /** `isLost`: it is done, but the client must not learn of it. */
  async handle(request: ODataRequest): Promise<{ answer: Answer; isLost: boolean }> {
    const startedMs = this.clock.nowMs();
    const { caller } = request;
    const server = this.limits.serverFor(request.headers['cookie']);
    const exceeded = this.limits.exceeded(caller, server, startedMs);
    if (exceeded) {
      const answer = this.side.limited(exceeded.kind, exceeded.retryAfterSeconds, this.limits.settings);
      this.touch(request);
      this.note(request, answer, false);
      return { answer: this.withCommon(answer, caller, server), isLost: false };
    }
    this.limits.begin(caller, server, startedMs);
    try {
      const run = new RequestRun(this);
      const answer = this.side.isBatch(request) ? await this.batch(request, run) : await run.run(request);
      return { answer: this.withCommon(answer, caller, server), isLost: run.isLost };
    } finally {
      const endedMs = this.clock.nowMs();
      this.limits.end(caller, server, endedMs, endedMs - startedMs);
    }
  }

  occasion(request: ODataRequest): Occasion {
    const set = /^\/?(\w+)/.exec(request.path)?.[1];
    const tables = set === undefined ? [] : this.side.tableNames(set);
    const operation =
      OPERATIONS[request.method] ?? (tables.length > 0 ? this.side.writeOperation(request) : undefined);
    return { method: request.method, tables, operation, caller: request.caller };
  }

  /** What a request that was refused unread was about. */
  touch(request: ODataRequest): void {
    const { tables, operation } = this.occasion(request);
    if (tables[0] !== undefined) request.touched.set ??= tables[0];
    request.touched.operation ??= operation as Operation;
  }

  note(request: ODataRequest, answer: Answer, isLost: boolean): void {
    const { set, operation } = request.touched;
    this.counters.count(set, operation, request.caller, answer.status);
    this.log.add({
      at: new Date(this.clock.nowMs()).toISOString(),
      method: request.method,
      path: `${request.root.replace(/^https?:\/\/[^/]+/, '')}/${request.path}${request.rawQuery ? `?${request.rawQuery}` : ''}`,
      status: answer.status,
      caller: request.caller,
      lost: isLost,
    });
  }

  private async batch(request: ODataRequest, run: RequestRun): Promise<Answer> {
    const effect = this.faults.isEmpty
      ? {}
      : this.faults.request({ ...this.occasion(request), operation: 'batch' });
    const refused = await run.before(effect);
    const answer = refused ?? (await this.guarded(() => this.side.batch(request, run)));
    this.note(request, answer, run.isLost);
    return answer;
  }

  private async guarded(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      return this.refusal(error);
    }
  }

  /** What a client sees of a failure; anything that is not a refusal is our own fault and goes to stderr. */
  refusal(error: unknown): Answer {
    if (error instanceof Refusal) return error.answer;
    if (error instanceof BadQuery) return this.side.badQuery(error.message);
    process.stderr.write(
      `${JSON.stringify({ event: 'sandbox.failed', error: String((error as Error).stack) })}\n`,
    );
    return this.side.failing(500, undefined);
  }

  private withCommon(answer: Answer, caller: string, server: number): Answer {
    const remaining = this.limits.remaining(caller, server, this.clock.nowMs());
    const headers = {
      ...this.side.commonHeaders(remaining),
      ...this.limits.affinity(server),
      ...answer.headers,
    };
    return { ...answer, headers };
  }
}

/** One HTTP request, with all the parts of its batch. */
class RequestRun implements BatchHost {
  isLost = false;

  constructor(private readonly host: SideHost) {}

  async run(request: ODataRequest): Promise<Answer> {
    const { faults } = this.host;
    const effect = faults.isEmpty ? {} : faults.request(this.host.occasion(request));
    const answer = (await this.before(effect)) ?? (await this.unit(request));
    if (effect.status !== undefined) this.host.touch(request);
    this.host.note(request, answer, this.isLost);
    return answer;
  }

  async runSet(
    count: number,
    make: (index: number, answers: readonly Answer[]) => ODataRequest,
  ): Promise<UnitResult> {
    const { faults, side } = this.host;
    for (let index = 0; index < count && !faults.isEmpty; index += 1) {
      const occasion = this.occasionOf(index, make);
      const refused = occasion && (await this.before(faults.request(occasion)));
      if (refused) return { failed: refused, index };
    }
    let requests: ODataRequest[] = [];
    let answers: Answer[] = [];
    const all = (unit: Transaction): void => {
      requests = [];
      answers = [];
      for (let index = 0; index < count; index += 1) {
        const request = make(index, answers);
        requests.push(request);
        answers.push(side.execute(request, unit));
      }
    };
    try {
      const { transaction } = await runUnit(side, all, () => requests.at(-1));
      const last = requests.at(-1);
      if (last) side.committed(transaction.writes, last);
      requests.forEach((request, index) => this.host.note(request, answers[index] as Answer, this.isLost));
      return { answers };
    } catch (error) {
      const failed = this.host.refusal(error);
      const index = Math.max(0, requests.length - 1);
      const culprit = requests[index];
      if (culprit) this.host.note(culprit, failed, this.isLost);
      return { failed, index };
    }
  }

  /** A part that refers to rows of parts before it cannot be understood yet; no fault is aimed at it. */
  private occasionOf(
    index: number,
    make: (index: number, answers: readonly Answer[]) => ODataRequest,
  ): Occasion | undefined {
    try {
      return this.host.occasion(make(index, []));
    } catch (error) {
      if (error instanceof Refusal || error instanceof BadQuery) return undefined;
      throw error;
    }
  }

  /** Waits and refuses as the faults say; notes that the answer is to be lost. */
  async before(effect: FaultEffect): Promise<Answer | undefined> {
    if (effect.latencyMs !== undefined) await delay(effect.latencyMs);
    if (effect.loseAnswer) this.isLost = true;
    return effect.status === undefined ? undefined : this.host.side.failing(effect.status, effect.retryAfter);
  }

  private async unit(request: ODataRequest): Promise<Answer> {
    const { side } = this.host;
    try {
      const { result, transaction } = await runUnit(
        side,
        (unit) => side.execute(request, unit),
        () => request,
      );
      if (transaction.writes.length > 0) side.committed(transaction.writes, request);
      return result;
    } catch (error) {
      return this.host.refusal(error);
    }
  }
}
