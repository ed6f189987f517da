import { randomInt, randomUUID } from 'node:crypto';
import { BadQuery } from '../../odata/exchange';
import type { Write } from '../../store/transaction';
import type { FoTable } from '../../edm/fo-table';
import type { FoContext } from '../fo-context';
import { businessEvent, contractMembers, testMessage } from './business-event';
import { EventDelivery } from './event-delivery';

/** Where events go: HTTPS endpoints, by name. */
export interface EventEndpoint {
  readonly name: string;
  readonly url: string;
}

/** Which writes of an entity are the business event, where it goes, and what it says. */
export interface EventActivation {
  readonly event: string;
  readonly endpoint: string;
  readonly table: string;
  readonly operations: readonly ('create' | 'update' | 'delete')[];
  /** Empty = all companies. */
  readonly company?: string;
  /** Contract member by column. */
  readonly contract?: Readonly<Record<string, string>>;
}

interface Setup {
  readonly endpoints: readonly EventEndpoint[];
  readonly activations: readonly EventActivation[];
}

interface FailedEvent {
  readonly id: string;
  readonly endpoint: string;
  readonly at: string;
  readonly body: string;
}

const NOTE = 'businessEvents';
const CONTROL_NUMBER = 'controlNumber';
const FIRST_NUMBER = '5637190000';
const ENDPOINTS_PER_EVENT_MAX = 10;
const ERROR_LOG_MAX = 10_000;
const GAP_MAX = 4;

/** Business events: raised by writes that were committed, sent by F&O's rules, kept in an error log when they fail. */
export class BusinessEvents {
  private setup: Setup;
  private readonly deliveries = new Map<string, EventDelivery>();
  private errors: FailedEvent[] = [];

  constructor(private readonly context: FoContext) {
    this.setup = (context.store.readNote(NOTE) as Setup | undefined) ?? { endpoints: [], activations: [] };
    for (const endpoint of this.setup.endpoints) this.open(endpoint);
  }

  raise(table: FoTable, write: Write, caller: string): void {
    const row = write.after ?? write.before;
    if (this.setup.activations.length === 0 || !row) return;
    const company = String(row.cells['dataAreaId'] ?? '');
    for (const activation of this.setup.activations) {
      if (activation.table !== table.set || !activation.operations.includes(write.operation)) continue;
      if (activation.company && activation.company.toLowerCase() !== company) continue;
      const body = businessEvent({
        event: activation.event,
        company,
        controlNumber: this.nextControlNumber(),
        nowMs: this.context.clock.nowMs(),
        caller,
        members: contractMembers(table, row, activation.contract ?? {}),
      });
      this.deliveries.get(activation.endpoint)?.send(body);
    }
  }

  /** `PUT business-events`. A new endpoint gets a test message. @throws {BadQuery} with what is wrong */
  configure(given: Partial<Setup>): Setup {
    const next: Setup = { endpoints: given.endpoints ?? [], activations: given.activations ?? [] };
    check(next);
    const known = new Map(this.setup.endpoints.map((endpoint) => [endpoint.name, endpoint.url]));
    this.setup = next;
    this.context.store.note(NOTE, next);
    for (const [name, delivery] of this.deliveries)
      if (!next.endpoints.some((endpoint) => endpoint.name === name)) {
        delivery.close();
        this.deliveries.delete(name);
      }
    for (const endpoint of next.endpoints) {
      const delivery = this.deliveries.get(endpoint.name) ?? this.open(endpoint);
      if (known.get(endpoint.name) !== endpoint.url)
        delivery.send(testMessage(this.context.options.get('defaultCompany')));
    }
    return next;
  }

  report(): Setup & { errors: readonly FailedEvent[] } {
    return { ...this.setup, errors: this.errors };
  }

  /** Nothing is sent again by itself: a person does it. @returns how many */
  resend(): number {
    const failed = this.errors;
    this.errors = [];
    for (const { endpoint, body } of failed) this.deliveries.get(endpoint)?.send(body);
    return failed.length;
  }

  reset(): void {
    this.configure({});
    this.errors = [];
  }

  close(): void {
    for (const delivery of this.deliveries.values()) delivery.close();
  }

  private open({ name }: EventEndpoint): EventDelivery {
    const delivery = new EventDelivery({
      url: () => this.setup.endpoints.find((endpoint) => endpoint.name === name)?.url ?? '',
      timeoutMs: () => this.context.options.get('businessEventTimeoutMs'),
      onLost: (body) => {
        const at = new Date(this.context.clock.nowMs()).toISOString();
        this.errors.push({ id: randomUUID(), endpoint: name, at, body });
        if (this.errors.length > ERROR_LOG_MAX) this.errors.shift();
      },
    });
    this.deliveries.set(name, delivery);
    return delivery;
  }

  /** Rises, over restarts too; some numbers are left out. */
  private nextControlNumber(): string {
    const last = (this.context.store.readNote(CONTROL_NUMBER) as string | undefined) ?? FIRST_NUMBER;
    const next = String(BigInt(last) + 1n + BigInt(randomInt(GAP_MAX)));
    this.context.store.note(CONTROL_NUMBER, next);
    return next;
  }
}

function check({ endpoints, activations }: Setup): void {
  for (const { name, url } of endpoints)
    if (!name || !URL.canParse(url)) throw new BadQuery(`the endpoint ${name} has no URL: ${String(url)}`);
  const counts = new Map<string, Set<string>>();
  for (const { event, endpoint, table, operations, company = '' } of activations) {
    if (!event || !table || !Array.isArray(operations))
      throw new BadQuery('an activation is {"event", "endpoint", "table", "operations": [...]}');
    if (!endpoints.some(({ name }) => name === endpoint)) throw new BadQuery(`no endpoint ${endpoint}`);
    const key = `${event} ${company}`;
    const used = counts.get(key) ?? new Set();
    counts.set(key, used.add(endpoint));
    if (used.size > ENDPOINTS_PER_EVENT_MAX)
      throw new BadQuery(`${event} has more than ${ENDPOINTS_PER_EVENT_MAX} endpoints in a company`);
  }
}
