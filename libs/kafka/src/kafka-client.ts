import { Kafka, logLevel, type LogEntry } from 'kafkajs';
import { log } from '@dualwrite/telemetry';
import { clientSecurity, type KafkaSecurity } from './kafka-security';

export interface KafkaLinkOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Without it brokers are met in clear and without a name. */
  readonly security?: KafkaSecurity;
  /** How long a first connection is tried before the process gives up. */
  readonly connectTimeoutMs?: number;
  /** Of topics that we create; by default 3, or the number of brokers where there are fewer. */
  readonly replicationFactor?: number;
}

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;

export function kafkaClient({ brokers, clientId, security }: KafkaLinkOptions): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(security ? clientSecurity(security) : {}),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Short first waits: a rebalance or a new leader is over in tens of milliseconds on a healthy cluster.
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: 8, factor: 0.2, multiplier: 2 },
    logLevel: logLevel.WARN,
    logCreator: () => toOurLog,
  });
}

/** A broker that is away would otherwise fill the log with the same two lines several times a second. */
const REPEAT_MS_MIN = 10_000;
const lastWarnedAt = new Map<string, number>();

/**
 * The client calls every retry an error. What needs a person arrives as an exception or a crash event; so its
 * errors are our warnings, each kind at most every 10 s, and its warnings are for debugging.
 */
function toOurLog({ namespace, level, log: { message, error, groupId, retryCount } }: LogEntry): void {
  const fields = { namespace, message, error, groupId, retryCount };
  if (level > logLevel.ERROR || !isDue(namespace)) return log.debug('kafka.client', fields);
  log.warn('kafka.client_trouble', fields);
}

function isDue(kind: string): boolean {
  const now = Date.now();
  if (now - (lastWarnedAt.get(kind) ?? 0) < REPEAT_MS_MIN) return false;
  lastWarnedAt.set(kind, now);
  return true;
}
