import { randomUUID } from 'node:crypto';
import { inTransaction, Wakeup } from '@dualwrite/persistence';
import { counter, log } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import type { ObjectStore } from '../config/object-store';
import { setupOf } from '../config/objects';
import type { JournalWriter } from '../journal/journal-writer';
import { ownEntry } from '../journal/own-entry';
import type { ChannelSender, SendOutcome } from './channel-sender';
import { claimDue, endAttempt, type Delivery } from './delivery-store';
import type { MapPauser } from './map-pauser';
import { GIVE_UP_MS, retryInMs } from './retry';

const POLL_MS = 1_000;
const CLAIM_COUNT_MAX = 10;
/** Longer than any attempt takes: what is claimed for so long was left by a replica that was killed. */
const CLAIM_MS = 60_000;

const attempted = counter('dualwrite.deliveries', '{delivery}', 'Attempts to deliver an alert or its action');

export interface DeliveryParts {
  readonly database: DataSource;
  readonly objects: ObjectStore;
  readonly journal: JournalWriter;
  readonly sender: ChannelSender;
  readonly pauser: MapPauser;
}

/**
 * Delivers what is due. Every replica does, each its own; at least once: one that is killed between the other end's answer
 * and the note of it sends again, under the same id.
 */
export class DeliveryRunner {
  private readonly wakeup = new Wakeup();
  private running: Promise<void> | undefined;
  private isStopping = false;

  constructor(private readonly parts: DeliveryParts) {}

  start(): void {
    this.running ??= this.run();
  }

  /** There is something new. */
  wake(): void {
    this.wakeup.wake();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.wakeup.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      let isFull = false;
      try {
        isFull = (await this.deliverDue()) === CLAIM_COUNT_MAX;
      } catch (error) {
        log.warn('alerting.delivery_interrupted', { error });
      }
      if (!isFull && !this.isStopping) await this.wakeup.wait(POLL_MS);
    }
  }

  /** @returns how many were tried */
  async deliverDue(): Promise<number> {
    const due = await claimDue(this.parts.database, { claimMs: CLAIM_MS, limit: CLAIM_COUNT_MAX });
    await Promise.all(due.map((delivery) => this.deliver(delivery)));
    return due.length;
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const { database, journal } = this.parts;
    const outcome = await this.attempt(delivery);
    attempted.add(1, { kind: delivery.kind, outcome: outcome.isSent ? 'sent' : 'failed' });
    const { id, attempts, createdAtMs } = delivery;
    if (outcome.isSent) return endAttempt(database, id, { state: 'sent', answer: outcome.answer });
    const { answer, retryAfterMs: askedMs = 0 } = outcome;
    const retryAfterMs = retryInMs(attempts, {
      ageMs: Date.now() - createdAtMs,
      chance: Math.random(),
      askedMs,
    });
    log.warn('alerting.not_delivered', { id, channel: delivery.channel, attempts, retryAfterMs, answer });
    if (retryAfterMs !== null) return endAttempt(database, id, { state: 'queued', answer, retryAfterMs });
    await journal.makeToday();
    await inTransaction(database, async (runner) => {
      await endAttempt(runner, id, { state: 'failed', answer });
      await journal.appendOwn(runner, [givenUp(delivery, answer)]);
    });
  }

  private async attempt(delivery: Delivery): Promise<SendOutcome> {
    const { objects, sender, pauser } = this.parts;
    if (delivery.kind === 'pause') return pauser.pause(delivery.payload);
    const object = await objects.get('channels', delivery.channel);
    const channel = object === null ? undefined : setupOf([object]).channels.get(delivery.channel);
    if (channel === undefined) return { isSent: false, answer: `there is no channel ${delivery.channel}` };
    return sender.send(channel, delivery.id, delivery.payload);
  }
}

function givenUp({ id, kind, channel }: Delivery, answer: string): ReturnType<typeof ownEntry> {
  const what = kind === 'pause' ? 'a map could not be paused' : `channel ${channel} did not take a notice`;
  return ownEntry({
    id: randomUUID(),
    at: new Date().toISOString(),
    event: 'notice-failed',
    severity: 'error',
    code: kind,
    text: `${what} within ${GIVE_UP_MS / 3_600_000} h; it is given up. Delivery ${id}: ${answer}`,
  });
}
