import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import type { DataverseColumn, DataverseTable } from '../../edm/dataverse-table';
import type { FaultEffect } from '../../faults/fault-plan';
import type { ODataRequest } from '../../odata/exchange';
import type { Write } from '../../store/transaction';
import type { DataverseContext } from '../dataverse-context';
import { refuse } from '../dataverse-errors';
import { callerOf } from '../impersonation';
import { ROOT_UNIT, userIdOf } from '../users';
import { executionContext, MESSAGES, type Cause } from './execution-context';
import { finishJob } from './system-jobs';
import { StepRegistry, type Step } from './step-registry';
import { callWebhook, isTaken, type CallEnd } from './webhook-call';

/** So many asynchronous steps run at a time, and so their order is not promised. */
const LANE_COUNT = 8;

export type WriteRequest = Pick<ODataRequest, 'caller'> &
  Partial<Pick<ODataRequest, 'headers' | 'query' | 'root'>>;

interface Job {
  readonly step: Step;
  readonly table: DataverseTable;
  readonly write: Write;
  readonly cause: Cause;
  readonly host: string;
}

/** The steps that call webhooks: synchronous ones within the unit that writes, the others after it. */
export class Webhooks {
  readonly figures = { delivered: 0, failed: 0, dropped: 0, synchronous: 0, refused: 0 };
  private readonly registry: StepRegistry;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: LANE_COUNT });
  private readonly queue: Job[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private runningCount = 0;
  private isClosed = false;

  constructor(private readonly context: DataverseContext) {
    this.registry = new StepRegistry(context);
  }

  /** What must agree before these writes may stay; undefined when nothing is registered for them. */
  beforeCommit(writes: readonly Write[], request: WriteRequest): (() => Promise<void>) | undefined {
    const jobs = writes.flatMap((write) => this.jobs(write, request, true));
    return jobs.length === 0 ? undefined : () => this.ask(jobs);
  }

  afterCommit(write: Write, request: WriteRequest, effect: FaultEffect): void {
    for (const job of this.jobs(write, request, false)) {
      if (effect.dropEvent) {
        this.figures.dropped += 1;
        continue;
      }
      for (let copies = effect.duplicateEvent ? 2 : 1; copies > 0; copies -= 1)
        this.later(effect.delayEventMs ?? this.context.options.get('asyncStepDelayMs'), job);
    }
  }

  close(): void {
    this.isClosed = true;
    this.queue.length = 0;
    for (const timer of this.timers) clearTimeout(timer);
    this.agent.destroy();
  }

  private jobs(write: Write, request: WriteRequest, isSynchronous: boolean): Job[] {
    // Writes that nobody asked for by a message (of the server itself, of the store) have no columns.
    if (write.operation !== 'delete' && write.columns === undefined) return [];
    const steps = this.registry.find(MESSAGES[write.operation], write.table);
    if (steps.length === 0) return [];
    const table = this.context.catalog.get(write.table);
    if (!table) return [];
    const skipped = bypassed(request);
    const fitting = steps.filter(
      (step) =>
        step.isSynchronous === isSynchronous &&
        !skipped(step) &&
        (write.operation !== 'update' || touches(step, write)),
    );
    const host = (request.root ?? '').replace(/^https?:\/\/([^/]+).*$/, '$1');
    return fitting.map((step) => ({ step, table, write, cause: this.causeOf(request), host }));
  }

  private async ask(jobs: readonly Job[]): Promise<void> {
    for (const job of [...jobs].sort((a, b) => a.step.stage - b.step.stage || a.step.rank - b.step.rank)) {
      this.figures.synchronous += 1;
      const end = await this.call(job);
      if (isTaken(end)) continue;
      this.figures.refused += 1;
      const { options } = this.context;
      refuse(
        options.get('syncStepErrorStatus'),
        options.get('syncStepErrorCode'),
        job.step.isPlugin ? reasonOf(end) : 'Endpoint unavailable.',
      );
    }
  }

  private later(delayMs: number, job: Job): void {
    if (this.isClosed) return;
    if (delayMs > 0) {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        this.later(0, job);
      }, delayMs);
      this.timers.add(timer);
      return;
    }
    this.queue.push(job);
    if (this.runningCount < LANE_COUNT) void this.run();
  }

  private async run(): Promise<void> {
    this.runningCount += 1;
    for (let job = this.queue.shift(); job && !this.isClosed; job = this.queue.shift()) {
      const end = await this.call(job);
      this.figures[isTaken(end) ? 'delivered' : 'failed'] += 1;
      if (!this.isClosed) finishJob(this.context, job, end);
    }
    this.runningCount -= 1;
  }

  private call({ step, table, write, cause, host }: Job): Promise<CallEnd> {
    const { text, isSizeExceeded } = executionContext({ table, write }, step, cause, (column, id) =>
      this.tableOf(column, id),
    );
    return callWebhook(this.agent, {
      endpoint: step.endpoint,
      headers: {
        'x-ms-dynamics-organization': host,
        'x-ms-dynamics-entity-name': table.name,
        'x-ms-dynamics-request-name': MESSAGES[write.operation],
        'x-ms-correlation-request-id': cause.correlationId,
        ...(isSizeExceeded ? { 'x-ms-dynamics-msg-size-exceeded': 'true' } : {}),
      },
      body: text,
      timeoutMs: this.context.options.get('webhookTimeoutMs'),
    });
  }

  private causeOf({ caller, headers = {}, query }: WriteRequest): Cause {
    const { store, clock } = this.context;
    return {
      userId: userIdOf(callerOf(this.context, { caller, headers })),
      initiatingUserId: userIdOf(caller),
      correlationId: headers['x-ms-correlation-id'] ?? randomUUID(),
      requestId: headers['x-ms-client-request-id'] ?? null,
      operationId: randomUUID(),
      atMs: clock.nowMs(),
      organizationId: store.environmentId,
      businessUnitId: ROOT_UNIT,
      tag: query?.get('tag'),
    };
  }

  private tableOf({ targets }: DataverseColumn, id: string): string {
    const { store } = this.context;
    return targets.find((target) => store.table(target).rows.has(id)) ?? targets[0] ?? '';
  }
}

/** What the plug-in throws, and whoever saves is told. */
function reasonOf(end: CallEnd): string {
  if ('problem' in end) return `The service did not answer: ${end.problem}`;
  try {
    const { detail } = JSON.parse(end.text) as { detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // Not JSON: the status has to do.
  }
  return `The service answered ${end.status}`;
}

function touches({ filtering }: Step, { columns = [] }: Write): boolean {
  return !filtering || columns.some((name) => filtering.has(name));
}

/** Callers with the privilege may leave out steps of one kind, or single ones. */
function bypassed({ headers = {} }: WriteRequest): (step: Step) => boolean {
  const kinds = (headers['mscrm.bypassbusinesslogicexecution'] ?? '').toLowerCase();
  const ids = (headers['mscrm.bypassbusinesslogicexecutionstepids'] ?? '').toLowerCase();
  const skipsSync = kinds.includes('customsync') || headers['mscrm.bypasscustompluginexecution'] === 'true';
  const skipsAsync = kinds.includes('customasync');
  return ({ id, isSynchronous }) => (isSynchronous ? skipsSync : skipsAsync) || ids.includes(id);
}
