import {
  SASL_MECHANISMS,
  SECURITY_PROTOCOLS,
  type KafkaLinkOptions,
  type KafkaSecurity,
} from '@dualwrite/kafka';
import { z } from 'zod';
import { commaList } from './comma-list';

/** How a service finds Kafka, and who it is there. */
export const kafkaSettings = {
  KAFKA_BROKERS: commaList.pipe(
    z.array(z.string().regex(/^[^:\s]+:\d+$/, 'must be HOST:PORT, separated by commas')).min(1),
  ),
  KAFKA_SECURITY_PROTOCOL: z.enum(SECURITY_PROTOCOLS).default('PLAINTEXT'),
  KAFKA_SASL_MECHANISM: z.enum(SASL_MECHANISMS).optional(),
  KAFKA_SASL_USERNAME: z.string().min(1).optional(),
  KAFKA_SASL_PASSWORD: z.string().min(1).optional(),
  KAFKA_SSL_CA: pem().optional(),
  KAFKA_SSL_CERTIFICATE: pem().optional(),
  KAFKA_SSL_KEY: pem().optional(),
};

export type KafkaSettings = z.output<z.ZodObject<typeof kafkaSettings>>;

const SASL_NAMES = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const;
const SSL_NAMES = ['KAFKA_SSL_CA', 'KAFKA_SSL_CERTIFICATE', 'KAFKA_SSL_KEY'] as const;

/** What does not go together, as `NAME: rule`: a name or certificate that would silently be left unused, too. */
export function kafkaProblems(settings: KafkaSettings): readonly string[] {
  const protocol = settings.KAFKA_SECURITY_PROTOCOL;
  const isSasl = protocol.startsWith('SASL_');
  const isEncrypted = protocol.endsWith('SSL');
  return [
    ...SASL_NAMES.filter((name) => isSasl && settings[name] === undefined).map(
      (name) => `${name}: is required by ${protocol}`,
    ),
    ...SASL_NAMES.filter((name) => !isSasl && settings[name] !== undefined).map(
      (name) => `${name}: needs KAFKA_SECURITY_PROTOCOL SASL_SSL or SASL_PLAINTEXT`,
    ),
    ...SSL_NAMES.filter((name) => !isEncrypted && settings[name] !== undefined).map(
      (name) => `${name}: needs KAFKA_SECURITY_PROTOCOL SSL or SASL_SSL`,
    ),
    ...((settings.KAFKA_SSL_CERTIFICATE === undefined) === (settings.KAFKA_SSL_KEY === undefined)
      ? []
      : ['KAFKA_SSL_KEY: goes together with KAFKA_SSL_CERTIFICATE']),
  ];
}

/** For `KafkaModule.forRoot`. */
export function kafkaLinkOptions(settings: KafkaSettings, clientId: string): KafkaLinkOptions {
  return { brokers: settings.KAFKA_BROKERS, clientId, security: securityOf(settings) };
}

function securityOf(settings: KafkaSettings): KafkaSecurity {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
    KAFKA_SSL_CA: ca,
    KAFKA_SSL_CERTIFICATE: certificate,
    KAFKA_SSL_KEY: key,
  } = settings;
  const isNamed = mechanism !== undefined && username !== undefined && password !== undefined;
  return {
    protocol: settings.KAFKA_SECURITY_PROTOCOL,
    ...(isNamed ? { sasl: { mechanism, username, password } } : {}),
    ssl: {
      ...(ca === undefined ? {} : { ca }),
      ...(certificate === undefined ? {} : { certificate }),
      ...(key === undefined ? {} : { key }),
    },
  };
}

function pem(): z.ZodString {
  return z.string().regex(/^-----BEGIN /, 'must be PEM text (its _FILE names a file that holds it)');
}
