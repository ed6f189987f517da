import { randomUUID } from 'node:crypto';
import {
  ConflictException,
  Injectable,
  NotFoundException,
  UnprocessableEntityException,
} from '@nestjs/common';
import { inTransaction } from '@dualwrite/persistence';
import { DataSource } from 'typeorm';
import { durationMs } from '../config/duration';
import { alertRule, type NamedRule } from '../config/alert-rule';
import { ObjectStore, type PutAction } from '../config/object-store';
import {
  OBJECT_KINDS,
  objectName,
  setupOf,
  SPECS,
  type AlertObject,
  type ObjectKind,
} from '../config/objects';
import { ChannelSender, type SendOutcome } from '../deliveries/channel-sender';
import { listDeliveries, type DeliveryView, type NoticePayload } from '../deliveries/delivery-store';
import { MapsOfAlerting } from '../known-maps';
import { backtest, factsOf } from '../rules/backtest';
import { ofMap } from '../rules/facts';
import { windowMsOf } from '../rules/judge';
import { listAlerts, type AlertView } from './alert-store';
import { samplesWithin, storeFacts } from './fact-store';
import { bucketsWithin } from './tally-reader';

/** Who acts; roles come with the web application. */
const ACTOR = 'token';
const DAY_MS = 86_400_000;
const BACKTEST_STEP_MS = 60_000;

export interface BacktestAnswer {
  readonly days: number;
  readonly firedCount: number;
  readonly alerts: readonly {
    readonly map: string | null;
    readonly company: string | null;
    readonly service: string | null;
    readonly firedAt: string;
    readonly resolvedAt: string | null;
    readonly peak: number;
    readonly text: string;
  }[];
}

/** What people do with alerts: set them up, try them, look at them, mute them. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly database: DataSource,
    private readonly objects: ObjectStore,
    private readonly sender: ChannelSender,
    private readonly maps: MapsOfAlerting,
  ) {}

  alerts(options: { readonly all: boolean; readonly limit: number }): Promise<readonly AlertView[]> {
    return listAlerts(this.database, options);
  }

  deliveries(limit: number): Promise<readonly DeliveryView[]> {
    return listDeliveries(this.database, limit);
  }

  list(kind: ObjectKind): Promise<readonly AlertObject[]> {
    return this.objects.list(kind);
  }

  async get(kind: ObjectKind, name: string): Promise<AlertObject> {
    const object = await this.objects.get(kind, name);
    if (object === null) throw unknown(kind, name);
    return object;
  }

  /** @throws {ZodError} what is wrong in it */
  async put(
    kind: ObjectKind,
    name: string,
    body: unknown,
  ): Promise<AlertObject & { readonly action: PutAction }> {
    const spec = SPECS[kind].parse(body);
    objectName.parse(name);
    if (kind === 'subscriptions') await this.requireChannels((spec as { channels: string[] }).channels);
    const { action, object } = await this.objects.put({ kind, name, spec }, ACTOR);
    return { ...object, action };
  }

  async delete(kind: ObjectKind, name: string): Promise<void> {
    if (kind === 'channels') {
      const { subscriptions } = setupOf(await this.objects.list('subscriptions'));
      const users = subscriptions.filter(({ channels }) => channels.includes(name)).map((one) => one.name);
      if (users.length > 0) {
        throw new ConflictException({
          code: 'channel-in-use',
          detail: `The subscriptions ${users.join(', ')} use it; change or delete them first.`,
        });
      }
    }
    if (!(await this.objects.delete(kind, name, ACTOR))) throw unknown(kind, name);
  }

  /** Sends a test by a channel, now. */
  async test(name: string): Promise<SendOutcome> {
    const channel = setupOf([await this.get('channels', name)]).channels.get(name);
    if (channel === undefined) throw unknown('channels', name);
    const at = new Date().toISOString();
    const payload: NoticePayload = {
      subscription: 'test',
      owner: ACTOR,
      at,
      alerts: [
        {
          ...{ id: randomUUID(), rule: 'test', severity: 'warning', state: 'fired' },
          ...{ map: null, company: null, service: null },
          text: 'This is a test; nothing is wrong.',
          firedAt: at,
          resolvedAt: null,
        },
      ],
    };
    return this.sender.send(channel, randomUUID(), payload);
  }

  async mute(
    id: string,
    { for: span, reason }: { for: string; reason?: string | undefined },
  ): Promise<AlertObject> {
    const alert = (await listAlerts(this.database, { all: false, limit: 10_000 })).find(
      (one) => one.id === id,
    );
    if (alert === undefined) {
      throw new NotFoundException({ code: 'alert-unknown', detail: `No alert ${id} is open.` });
    }
    const until = new Date(Date.now() + durationMs(span)).toISOString();
    return this.put('quiet-periods', `mute-${id}`, {
      kind: 'quiet',
      alert: id,
      until,
      description: reason ?? `${alert.rule} is muted`,
    });
  }

  async unmute(id: string): Promise<void> {
    await this.delete('quiet-periods', `mute-${id}`);
  }

  /** @param rule name of a rule that is there, or its spec */
  async backtest(rule: unknown, days: number): Promise<BacktestAnswer> {
    const named = await this.ruleOf(rule);
    const toMs = Date.now();
    const fromMs = toMs - days * DAY_MS;
    const spanMs = windowMsOf(named.when);
    const alerts = backtest(named, {
      entries: spanMs === null ? [] : await bucketsWithin(this.database, { fromMs: fromMs - spanMs, toMs }),
      facts: await samplesWithin(this.database, factsOf(named), { fromMs, toMs }),
      ...{ fromMs, toMs, stepMs: BACKTEST_STEP_MS },
      packOf: (map) => this.maps.packOf(map),
    });
    return {
      days,
      firedCount: alerts.length,
      alerts: alerts.map(({ subject, firedAtMs, resolvedAtMs, peak, words }) => ({
        ...subject,
        firedAt: new Date(firedAtMs).toISOString(),
        resolvedAt: resolvedAtMs === null ? null : new Date(resolvedAtMs).toISOString(),
        peak,
        text: words,
      })),
    };
  }

  /** What somebody else has measured: rows of a map that differ, found by a verify or a proof. */
  async noteDifferences(found: readonly { readonly map: string; readonly count: number }[]): Promise<void> {
    const facts = found.map(({ map, count }) => ({
      fact: 'differences' as const,
      subject: ofMap(map),
      value: count,
    }));
    await inTransaction(this.database, (runner) => storeFacts(runner, facts, Date.now()));
  }

  private async ruleOf(rule: unknown): Promise<NamedRule> {
    if (typeof rule === 'string') {
      const [named] = setupOf([await this.get('rules', rule)]).rules;
      if (named === undefined) throw unknown('rules', rule);
      return named;
    }
    return { ...alertRule.parse(rule), name: 'tried' };
  }

  private async requireChannels(names: readonly string[]): Promise<void> {
    const known = new Set((await this.objects.list('channels')).map(({ name }) => name));
    const missing = names.filter((name) => !known.has(name));
    if (missing.length === 0) return;
    throw new UnprocessableEntityException({
      code: 'channel-unknown',
      detail: `No channel is named ${missing.join(', ')}; make it first.`,
      errors: missing.map((name) => ({ field: 'channels', message: `there is no channel ${name}` })),
    });
  }
}

export function isObjectKind(kind: string): kind is ObjectKind {
  return (OBJECT_KINDS as readonly string[]).includes(kind);
}

function unknown(kind: ObjectKind, name: string): NotFoundException {
  return new NotFoundException({
    code: 'alerting-object-unknown',
    detail: `There is nothing named ${name} among the ${kind}.`,
  });
}
