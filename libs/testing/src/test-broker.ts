import { randomBytes } from 'node:crypto';
import { Names } from '@dualwrite/events';
import { requiredVariable } from './required-variable';

/** The real broker, and a prefix of one test's own for topics, groups and client ids. */
export interface TestBroker {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly names: Names;
}

/** @throws {Error} KAFKA_BROKERS is not set */
export function testBroker(): TestBroker {
  const prefix = `t${randomBytes(5).toString('hex')}`;
  return { brokers: requiredVariable('KAFKA_BROKERS').split(','), prefix, names: new Names(prefix) };
}
