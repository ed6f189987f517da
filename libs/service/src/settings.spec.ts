import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigInvalid } from '@dualwrite/telemetry';
import { z } from 'zod';
import { checkSettings, commonSettings } from './settings';

const schema = z
  .object({
    ...commonSettings,
    OAUTH_CLIENT_SECRET: z.string().min(8),
    BATCH_COUNT_MAX: z.coerce.number().default(5),
  })
  .refine((settings) => settings.BATCH_COUNT_MAX <= 10, {
    path: ['BATCH_COUNT_MAX'],
    message: 'must not exceed 10',
  });
const good = {
  KAFKA_BROKERS: 'a:1, b:2',
  DATABASE_URL: 'postgres://u:p@h/d',
  API_TOKEN: 'token-of-tests',
  OAUTH_CLIENT_SECRET: 'secret-of-tests',
};

describe('checkSettings', () => {
  it('given what is required, then the rest has its defaults', () => {
    expect(checkSettings(schema, { ...good, MAPS: '', LOG_LEVEL: '' })).toMatchObject({
      KAFKA_BROKERS: ['a:1', 'b:2'],
      TOPIC_PREFIX: 'dw',
      PORT: 0,
      MAPS: [],
      LOG_LEVEL: 'info',
      OTEL_TRACES_SAMPLER_ARG: 0.01,
    });
  });

  it('given many mistakes, then all are told at once, by name and rule, without a value', () => {
    const env = { KAFKA_BROKERS: 'hunter2', API_TOKEN: 'short', PORT: 'hunter2', LOG_LEVEL: 'hunter2' };
    const problems = problemsOf(env);
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      'API_TOKEN',
      'DATABASE_URL',
      'KAFKA_BROKERS',
      'LOG_LEVEL',
      'OAUTH_CLIENT_SECRET',
      'PORT',
    ]);
    expect(problems).toContain('DATABASE_URL: is required');
    expect(problems.join()).not.toContain('hunter2');
  });

  it('given settings that contradict each other, then the rule between them is told', () => {
    expect(problemsOf({ ...good, BATCH_COUNT_MAX: '11' })).toEqual(['BATCH_COUNT_MAX: must not exceed 10']);
  });

  it('given how brokers are to be met, then all that belongs to it has to be there, and nothing else', () => {
    expect(problemsOf({ ...good, KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_USERNAME: 'u' })).toEqual([
      'KAFKA_SASL_MECHANISM: is required by SASL_SSL',
      'KAFKA_SASL_PASSWORD: is required by SASL_SSL',
    ]);
    expect(problemsOf({ ...good, KAFKA_SASL_PASSWORD: 'hunter2' })).toEqual([
      'KAFKA_SASL_PASSWORD: needs KAFKA_SECURITY_PROTOCOL SASL_SSL or SASL_PLAINTEXT',
    ]);
    expect(problemsOf({ ...good, KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_SSL_CA: '/etc/ca.pem' })).toEqual([
      'KAFKA_SSL_CA: must be PEM text (its _FILE names a file that holds it)',
    ]);
    expect(
      problemsOf({ ...good, KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_SSL_CERTIFICATE: '-----BEGIN X' }),
    ).toEqual(['KAFKA_SSL_KEY: goes together with KAFKA_SSL_CERTIFICATE']);
  });

  it('given NAME_FILE, then the value is read from there; a file that is not there is a problem', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'settings-')), 'secret');
    writeFileSync(file, 'from-the-file\n');
    const { OAUTH_CLIENT_SECRET: _, ...rest } = good;
    expect(checkSettings(schema, { ...rest, OAUTH_CLIENT_SECRET_FILE: file }).OAUTH_CLIENT_SECRET).toBe(
      'from-the-file',
    );
    expect(problemsOf({ ...rest, OAUTH_CLIENT_SECRET_FILE: `${file}.none` })).toEqual([
      'OAUTH_CLIENT_SECRET_FILE: the file cannot be read (ENOENT)',
    ]);
  });
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    checkSettings(schema, env);
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
  return [];
}
