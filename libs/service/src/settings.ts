import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { ConfigInvalid } from '@dualwrite/telemetry';
import { z } from 'zod';
import { commaList } from './comma-list';
import { kafkaProblems, kafkaSettings, type KafkaSettings } from './kafka-settings';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Exit code of a process whose settings are not valid (the environment lacks something). */
export const CONFIG_EXIT_CODE = 3;
const FILE_SUFFIX = '_FILE';

/** Of every service: `z.object({ ...commonSettings, FO_URL: z.url() })`. */
export const commonSettings = {
  ...kafkaSettings,
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
  TOPIC_PREFIX: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/i, 'must be letters, digits, _ and -')
    .default('dw'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Bearer token of all our internal HTTP surfaces. */
  API_TOKEN: z.string().min(8),
  TABLES: commaList.default([]),
  MAPS: commaList.default([]),
  INSTANCE_ID: z
    .string()
    .regex(/^[\w.-]+$/, 'must be letters, digits, _, . and -')
    .default(() => `${hostname()}-${process.pid}`),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().default(''),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(0.01),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  PARENT_PID: z.coerce.number().int().positive().optional(),
} as const;

export type CommonSettings = z.output<z.ZodObject<typeof commonSettings>>;

/**
 * The one place that turns the environment into typed values. All problems are told at once, as `NAME: rule`, never
 * with the value, and end the process with {@link CONFIG_EXIT_CODE}. `NAME_FILE` names a file that holds `NAME`.
 */
export function parseSettings<S extends z.ZodObject>(schema: S, env: Environment): z.output<S> {
  try {
    return checkSettings(schema, env);
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(CONFIG_EXIT_CODE);
  }
}

/** @throws {ConfigInvalid} with all problems */
export function checkSettings<S extends z.ZodObject>(schema: S, env: Environment): z.output<S> {
  const problems: string[] = [];
  const names = Object.keys(schema.shape);
  const given = Object.fromEntries(names.map((name) => [name, valueOf(name, env, problems)]));
  const parsed = schema.safeParse(given);
  if (parsed.success && 'KAFKA_SECURITY_PROTOCOL' in schema.shape) {
    problems.push(...kafkaProblems(parsed.data as KafkaSettings));
  }
  if (parsed.success && problems.length === 0) return parsed.data;
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0] ?? 'settings');
    if (problems.some((problem) => problem.startsWith(`${name}${FILE_SUFFIX}:`))) continue;
    const isMissing = given[name] === undefined && issue.code === 'invalid_type';
    problems.push(`${name}: ${isMissing ? 'is required' : issue.message}`);
  }
  throw new ConfigInvalid([...new Set(problems)]);
}

/** An empty variable counts as not set: that is how compose files and charts leave one out. */
function valueOf(name: string, env: Environment, problems: string[]): string | undefined {
  const file = env[`${name}${FILE_SUFFIX}`];
  if (env[name]) return env[name];
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    problems.push(`${name}${FILE_SUFFIX}: the file cannot be read (${code})`);
    return undefined;
  }
}
