import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { KafkaLink, type GroupConsumer, type KafkaLinkOptions, type RecordBatch } from '@dualwrite/kafka';
import { pause } from '@dualwrite/persistence';
import { log } from '@dualwrite/telemetry';
import type { EventHub } from './event-hub-settings';
import type { EventIntake } from './event-intake';

/** It is somebody else's: while it is away we go on without it, by the sweep. */
const AGAIN_AFTER_MS = 30_000;
const EVENT_BYTES_MAX = 1_048_576;

export interface EventHubFeedParts {
  readonly hub: EventHub | null;
  readonly intake: Pick<EventIntake, 'take'>;
  readonly clientId: string;
  readonly againAfterMs?: number;
}

/** Reads data events from an event hub by its Kafka endpoint. Replicas share its partitions. */
export class EventHubFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly parts: EventHubFeedParts) {}

  onApplicationBootstrap(): void {
    const { hub, clientId } = this.parts;
    if (hub !== null) this.running = this.loop(hub, { ...hub.link, clientId });
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Never ends by an error: a hub that cannot be read is tried again, now and then. */
  private async loop({ topic, group }: EventHub, options: KafkaLinkOptions): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const link = new KafkaLink(options);
      const lost = new AbortController();
      const consumer = link.groupConsumer({ group, topics: [topic] }, (batch) => this.take(batch));
      link.onCrash((error) => {
        log.warn('event_hub.lost', { topic, error });
        lost.abort();
      });
      try {
        await this.read(consumer, topic, AbortSignal.any([signal, lost.signal]));
      } catch (error) {
        log.warn('event_hub.not_read', { topic, error });
      } finally {
        await consumer.stop();
        await link.close();
      }
      await pause(this.parts.againAfterMs ?? AGAIN_AFTER_MS, signal);
    }
  }

  private async read(consumer: GroupConsumer, topic: string, end: AbortSignal): Promise<void> {
    await consumer.start();
    log.info('event_hub.read', { topic });
    await new Promise<void>((resolve) => {
      if (end.aborted) resolve();
      end.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  private take(batch: RecordBatch): Promise<void> {
    for (const { value, offset } of batch.records) {
      const event = eventOf(value);
      if (event === undefined) log.warn('event_hub.no_event', { topic: batch.topic, offset });
      else this.parts.intake.take(event, 'event-hub');
    }
    return Promise.resolve();
  }
}

/** @returns undefined: it is no JSON, or more than an event can be */
function eventOf(value: Buffer | null): unknown {
  if (value === null || value.byteLength > EVENT_BYTES_MAX) return undefined;
  try {
    return JSON.parse(value.toString('utf8'));
  } catch {
    return undefined;
  }
}
