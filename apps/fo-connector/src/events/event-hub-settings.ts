import { z } from 'zod';
import type { KafkaLinkOptions } from '@dualwrite/kafka';
import { ConfigInvalid } from '@dualwrite/telemetry';

/**
 * An event hub that F&O's data events go to, met by its Kafka endpoint: port 9093, SASL_SSL, PLAIN, and the connection
 * string as the password of the user `$ConnectionString`.
 * Source: learn.microsoft.com/azure/event-hubs/azure-event-hubs-apache-kafka-overview.
 */
export const eventHubSettings = {
  /** `Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=...;SharedAccessKey=...`; empty: none is read. */
  EVENT_HUB_CONNECTION_STRING: z
    .string()
    .regex(
      /^(?:Endpoint=sb:\/\/[\w.-]+\/?;.*)?$/,
      'must begin with Endpoint=sb://NAMESPACE.servicebus.windows.net/;',
    )
    .default(''),
  /** Name of the hub, where the connection string does not name it (`EntityPath=`). */
  EVENT_HUB_NAME: z.string().default(''),
  /** Consumer group of all replicas. */
  EVENT_HUB_GROUP: z.string().min(1).default('dualwrite'),
};

type EventHubSettings = z.output<z.ZodObject<typeof eventHubSettings>>;

export interface EventHub {
  readonly topic: string;
  readonly group: string;
  readonly link: Pick<KafkaLinkOptions, 'brokers' | 'security'>;
}

const KAFKA_PORT = 9_093;
const USER_NAME = '$ConnectionString';

/** @returns null: none is set; @throws {ConfigInvalid} it is not said which hub */
export function eventHubOf(settings: EventHubSettings): EventHub | null {
  const { EVENT_HUB_CONNECTION_STRING: password, EVENT_HUB_NAME: name, EVENT_HUB_GROUP: group } = settings;
  if (password === '') return null;
  const host = /^Endpoint=sb:\/\/([\w.-]+)/.exec(password)?.[1] ?? '';
  const topic = name || (/;EntityPath=([^;]+)/.exec(password)?.[1] ?? '');
  if (topic === '')
    throw new ConfigInvalid(['EVENT_HUB_NAME: is required where the connection string has no EntityPath']);
  const sasl = { mechanism: 'PLAIN', username: USER_NAME, password } as const;
  return {
    topic,
    group,
    link: { brokers: [`${host}:${KAFKA_PORT}`], security: { protocol: 'SASL_SSL', sasl } },
  };
}
