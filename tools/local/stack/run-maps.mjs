import { setTimeout as delay } from 'node:timers/promises';
import { Hopeless, waitUntil } from '../lib/wait-until.mjs';
import { ConsoleRefused } from './console-client.mjs';
import { findDifferences } from './differences.mjs';

const APPLY_DEADLINE_MS = 60_000;
const IN_STEP_DEADLINE_MS = 10 * 60_000;
const LOOK_EVERY_MS = 250;
const TALK_EVERY_MS = 2000;
/** In step by the product's books, yet different when read: looked at again this often before it is believed. */
const DIFFERENT_LOOKS_MAX = 8;

/** Has the console make what the maps need of Dataverse; what is there costs a look. */
export async function provisionSides({ client, files, talk, signal }) {
  const texts = files.map(({ name, text }) => ({ name, text }));
  let madeCount = 0;
  await waitUntil(
    async () => {
      const { applied, items } = await patiently(() => client.provision(texts), signal);
      const refused = applied.find((one) => one.problem !== null);
      if (refused) throw new Hopeless(`Dataverse refuses ${refused.where}: ${refused.problem}`);
      madeCount += applied.length;
      return items.every((item) => item.state === 'unconfirmed' || !item.isOurs);
    },
    { what: 'Dataverse is not provisioned', deadlineMs: APPLY_DEADLINE_MS, everyMs: 200, signal },
  );
  if (madeCount > 0) talk(`Dataverse has been given ${madeCount} tables, columns, keys and webhook steps`);
}

/** Hands the map files to the console and starts those that do not run yet. */
export async function startMaps({ client, files, talk, signal }) {
  talk(
    `Applying ${files.length} maps: ${files.map(({ map }) => map.metadata.description ?? map.metadata.name).join(', ')}`,
  );
  const names = files.map(({ map }) => map.metadata.name);
  await patiently(() => client.apply(files.map(({ name, text }) => ({ name, text }))), signal);
  const running = new Set(
    (await client.maps()).filter((map) => map.desired === 'running').map((map) => map.name),
  );
  const toStart = names.filter((name) => !running.has(name));
  if (toStart.length === 0) {
    talk('All maps run already; catching up with what has changed since');
    return;
  }
  const answers = await patiently(() => client.start(toStart), signal);
  const refused = answers.filter((answer) => answer.refused);
  if (refused.length > 0) {
    throw new Error(refused.map((answer) => `${answer.name}: ${answer.refused.text}`).join('; '));
  }
}

/** While services are still finding each other the console says 5xx; what the maps themselves lack is a 4xx. */
function patiently(ask, signal) {
  return waitUntil(
    async () => {
      try {
        return await ask();
      } catch (error) {
        if (error instanceof ConsoleRefused && error.status < 500) throw new Hopeless(error.message);
        throw error;
      }
    },
    { what: 'the console does not take the maps', deadlineMs: APPLY_DEADLINE_MS, everyMs: 500, signal },
  );
}

/**
 * Waits until every map runs, nothing is on its way and both sandboxes, read afresh, agree.
 *
 * @returns `{status, differences, isInStep}`; differences that stay although the product says it is done are returned
 */
export async function untilInStep({
  client,
  files,
  sandbox,
  talk,
  signal,
  onFirstRow,
  deadlineMs = IN_STEP_DEADLINE_MS,
}) {
  const names = files.map(({ map }) => map.metadata.name);
  const end = Date.now() + deadlineMs;
  let talkedAt = Date.now();
  let talked = '';
  let differentLooks = 0;
  let differences = [];
  let status = [];
  while (Date.now() < end) {
    signal.throwIfAborted();
    try {
      status = (await client.status()).filter((map) => names.includes(map.name));
    } catch (error) {
      // The console may just be starting again.
      if (signal.aborted) throw error;
    }
    await onFirstRow();
    const isDone =
      status.length === names.length && status.every((map) => map.state === 'running' && map.inStep);
    if (isDone) {
      differences = await findDifferences({ sandbox, maps: files.map(({ map }) => map) });
      if (differences.length === 0) return { status, differences, isInStep: true };
      differentLooks += 1;
      if (differentLooks >= DIFFERENT_LOOKS_MAX) return { status, differences, isInStep: false };
    } else if (Date.now() - talkedAt > TALK_EVERY_MS) {
      talkedAt = Date.now();
      const line = progressLine(status);
      if (line !== talked) talk(line);
      talked = line;
    }
    await delay(differentLooks > 0 ? LOOK_EVERY_MS * 2 : LOOK_EVERY_MS, undefined, { signal });
  }
  differences = await findDifferences({ sandbox, maps: files.map(({ map }) => map) });
  return { status, differences, isInStep: false };
}

/** `customersv3-accounts: 1,240 rows compared, 1,100 written to Dataverse` for the maps that are not done. */
function progressLine(status) {
  const open = status.filter((map) => !(map.state === 'running' && map.inStep));
  if (status.length === 0) return 'Waiting for the services to begin';
  return open
    .map((map) => {
      const parts = [`${number(map.examined)} rows compared`];
      if (map.written.dataverse > 0) parts.push(`${number(map.written.dataverse)} written to Dataverse`);
      if (map.written.fo > 0) parts.push(`${number(map.written.fo)} written to F&O`);
      if (map.waiting > 0) parts.push(`${number(map.waiting)} waiting for a row they point at`);
      if (map.parked > 0) parts.push(`${number(map.parked)} set aside with an error`);
      if (map.lagCount > 0) parts.push(`${number(map.lagCount)} changes on their way`);
      if (map.open > 0) parts.push(`${number(map.open)} writes under way`);
      if (map.health === 'blocked' && map.reason) parts.push(map.reason);
      return `${map.name}: ${parts.join(', ')}`;
    })
    .join('; ');
}

export const number = (value) => value.toLocaleString('en-US');
