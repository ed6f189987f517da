import {
  KafkaJSConnectionError,
  KafkaJSError,
  KafkaJSGroupCoordinatorNotFound,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
} from 'kafkajs';
import { DependencyRefused, DependencyUnavailable, PipelineError } from '@dualwrite/telemetry';

/** Kafka marks some of these retriable; after all retries they are settled facts that a person must look at. */
const REFUSALS = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_REPLICATION_FACTOR',
  'POLICY_VIOLATION',
]);

/** The client's error in our classes, by its type; the one place that does so. */
export function translateKafkaError(error: unknown, doing: string): PipelineError {
  if (error instanceof PipelineError) return error;
  const cause = innermost(error);
  const type = cause instanceof KafkaJSProtocolError ? cause.type : undefined;
  const details = { doing, ...(type === undefined ? {} : { type }) };
  const words = `Kafka: ${doing}: ${cause instanceof Error ? cause.message : String(cause)}`;
  if (type !== undefined && REFUSALS.has(type)) return new DependencyRefused(words, details, { cause });
  if (isTransient(error) || isTransient(cause)) return new DependencyUnavailable(words, details, { cause });
  return new DependencyRefused(words, details, { cause });
}

/** What a heartbeat or commit says when this member is no longer part of the group's generation. */
export function isMembershipLost(error: unknown): boolean {
  return hasType(error, ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);
}

export function isRebalanceInProgress(error: unknown): boolean {
  return hasType(error, ['REBALANCE_IN_PROGRESS']);
}

function hasType(error: unknown, types: readonly string[]): boolean {
  return error instanceof KafkaJSProtocolError && types.includes(error.type);
}

function isTransient(error: unknown): boolean {
  return (
    // kafkajs 2.2.4 takes an answer apart that is still empty right after a topic was made (fetchTopicOffsets).
    error instanceof TypeError ||
    error instanceof KafkaJSNumberOfRetriesExceeded ||
    error instanceof KafkaJSConnectionError ||
    error instanceof KafkaJSRequestTimeoutError ||
    // The broker that was it has just gone; kafkajs takes this for final.
    error instanceof KafkaJSGroupCoordinatorNotFound ||
    (error instanceof KafkaJSError && error.retriable)
  );
}

function innermost(error: unknown): unknown {
  return error instanceof KafkaJSError && error.cause instanceof Error ? innermost(error.cause) : error;
}
