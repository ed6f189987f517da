// Breaks every rule of the pure core on purpose; nothing uses it. lint-canary.spec.ts expects each error.
import { readFileSync } from 'node:fs';
import { Kafka } from 'kafkajs';
import { DataSource } from 'typeorm';
import { log } from '@dualwrite/telemetry';

import { named } from './named';

export * from './named';

export const everythingForbidden = (input: any): unknown[] => {
  try {
    log.info('canary.sang', {});
  } catch {}
  return [
    readFileSync,
    Kafka,
    DataSource,
    Date.now(),
    Math.random(),
    new Date(),
    process.pid,
    fetch,
    setTimeout,
    input,
  ];
};

Promise.resolve(named);
