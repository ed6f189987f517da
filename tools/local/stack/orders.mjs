import { createInterface } from 'node:readline';
import { SERVICES } from './services.mjs';

const REPLICA_COUNT_MAX = 9;

/**
 * Takes orders of whoever started the launcher, one JSON object a line: `{"replicas": {"mapper": 3}}` has replicas join
 * or leave. What it does not understand it says, and goes on.
 *
 * @param {{input: NodeJS.ReadableStream, scale: (name: string, count: number) => Promise<void>, talk: (text: string) => void}} options
 */
export function obeyOrders({ input, scale, talk }) {
  // One order after the other: two that overlap would start the same replica twice.
  let work = Promise.resolve();
  createInterface({ input }).on('line', (line) => {
    if (!line.trim()) return;
    work = work
      .then(async () => {
        for (const [name, count] of Object.entries(readOrder(line))) await scale(name, count);
      })
      .catch((error) => talk(`The order ${line.slice(0, 200)} is not carried out: ${error.message}`));
  });
}

function readOrder(line) {
  const { replicas = {} } = JSON.parse(line);
  for (const [name, count] of Object.entries(replicas)) {
    if (!SERVICES.includes(name)) throw new Error(`there is no service ${name}`);
    if (!Number.isInteger(count) || count < 1 || count > REPLICA_COUNT_MAX)
      throw new Error(`${name} can have 1 to ${REPLICA_COUNT_MAX} replicas, not ${count}`);
  }
  return replicas;
}
