import type { KafkaConfig, SASLOptions } from 'kafkajs';

/** In Kafka's own words (`security.protocol`). */
export const SECURITY_PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/** How brokers are met. Certificates and keys are PEM texts, not paths. */
export interface KafkaSecurity {
  readonly protocol: (typeof SECURITY_PROTOCOLS)[number];
  readonly sasl?: {
    readonly mechanism: (typeof SASL_MECHANISMS)[number];
    readonly username: string;
    readonly password: string;
  };
  readonly ssl?: {
    /** Who is trusted instead of Node's own list of authorities. */
    readonly ca?: string;
    /** Our own identity, where brokers ask for one (mutual TLS). */
    readonly certificate?: string;
    readonly key?: string;
  };
}

/** The same for the client library. */
export function clientSecurity({ protocol, sasl, ssl }: KafkaSecurity): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  const isEncrypted = protocol === 'SSL' || protocol === 'SASL_SSL';
  const isSasl = protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';
  return {
    ...(isEncrypted
      ? {
          ssl: {
            ...(ssl?.ca === undefined ? {} : { ca: [ssl.ca] }),
            ...(ssl?.certificate === undefined ? {} : { cert: ssl.certificate }),
            ...(ssl?.key === undefined ? {} : { key: ssl.key }),
          },
        }
      : {}),
    ...(isSasl && sasl
      ? {
          sasl: {
            mechanism: sasl.mechanism.toLowerCase(),
            username: sasl.username,
            password: sasl.password,
          } as SASLOptions,
        }
      : {}),
  };
}
