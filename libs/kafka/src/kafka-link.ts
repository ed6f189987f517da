import type { Kafka } from 'kafkajs';
import type { PipelineError } from '@dualwrite/telemetry';
import { CompactedReader, type ReadCompactedOptions } from './compacted-reader';
import { GroupConsumer, type BatchHandler, type GroupSurroundings } from './group-consumer';
import type { GroupOptions } from './group-options';
import { KafkaAdmin, type TopicSpec } from './kafka-admin';
import { kafkaClient, type KafkaLinkOptions } from './kafka-client';
import { Publisher } from './publisher';
import { readToEnd, type ReadToEndOptions } from './read-to-end';

const CONNECT_TIMEOUT_MS = 60_000;

/** A process's link to Kafka: one publisher and one admin client, shared; a consumer per group. */
export class KafkaLink {
  readonly admin: KafkaAdmin;
  private readonly kafka: Kafka;
  private readonly publisher: Publisher;
  private readonly readers = new Set<CompactedReader>();
  private readonly connectTimeoutMs: number;
  private crashHandler: (error: PipelineError) => void = (error) => {
    throw error;
  };

  constructor(options: KafkaLinkOptions) {
    this.connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.kafka = kafkaClient(options);
    this.admin = new KafkaAdmin(this.kafka, {
      connectTimeoutMs: this.connectTimeoutMs,
      ...(options.replicationFactor === undefined ? {} : { replicationFactor: options.replicationFactor }),
    });
    this.publisher = new Publisher(this.kafka, this.connectTimeoutMs);
  }

  /** What happens when a consumer cannot go on. Without it the error is thrown where nobody catches it. */
  onCrash(handler: (error: PipelineError) => void): void {
    this.crashHandler = handler;
  }

  ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    return this.admin.ensureTopics(specs);
  }

  producer(): Publisher {
    return this.publisher;
  }

  /** Resolves once the reader runs; `reader.caughtUp` says when everything there has been seen. */
  async readCompacted(options: ReadCompactedOptions): Promise<CompactedReader> {
    const reader = new CompactedReader(this.surroundings(), options);
    this.readers.add(reader);
    await reader.start();
    return reader;
  }

  /** Hands over all that the topics hold now; resolves once it is handled. */
  readToEnd(options: ReadToEndOptions, handler: BatchHandler): Promise<void> {
    return readToEnd(this.surroundings(), options, handler);
  }

  /** A consumer that is not bound to Nest; services use BatchStrategy. */
  groupConsumer(options: GroupOptions, handler: BatchHandler): GroupConsumer {
    return new GroupConsumer(this.surroundings(), options, handler);
  }

  /** Readers first, then what was still to be published. Groups are closed by who attached them. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.readers].map((reader) => reader.close()));
    this.readers.clear();
    await this.publisher.close();
    await this.admin.close();
  }

  private surroundings(): GroupSurroundings {
    return {
      kafka: this.kafka,
      admin: this.admin,
      connectTimeoutMs: this.connectTimeoutMs,
      onCrash: (error) => this.crashHandler(error),
    };
  }
}
