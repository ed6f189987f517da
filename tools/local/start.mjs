// npm start: the whole product on this machine, with two sandboxes in place of F&O and Dataverse. See stack/flags.mjs
// for the flags, and docs for what it shows. Exit codes: 0 what was asked holds, 1 it does not, 2 wrong usage, 3 the
// machine lacks something.
import { describeError, exitCodeOf } from './lib/environment-lacks.mjs';
import { onEnd } from './lib/on-end.mjs';
import { requireNode } from './lib/requirements.mjs';
import { ConsoleClient } from './stack/console-client.mjs';
import { demoStream } from './stack/demo-stream.mjs';
import { readMapFiles } from './stack/differences.mjs';
import { parseFlags, USAGE } from './stack/flags.mjs';
import { obeyOrders } from './stack/orders.mjs';
import { mapReports, reportTable, totalWrites, writeCounters } from './stack/report.mjs';
import { readCountsSince } from './stack/read-counts.mjs';
import { provisionSides, startMaps, untilInStep } from './stack/run-maps.mjs';
import { StackState } from './stack/stack-state.mjs';
import { Stack } from './stack/stack.mjs';

const startedAt = Date.now();
const elapsed = () => Math.round((Date.now() - startedAt) / 100) / 10;

async function main() {
  requireNode();
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const talk = (text) => {
    const line = `[${elapsed().toFixed(1).padStart(6)} s] ${text}\n`;
    (flags.json ? process.stderr : process.stdout).write(line);
  };
  const abort = new AbortController();
  const state = new StackState(flags.state);
  let stack = null;
  let isTaken = false;
  let wasReady = false;

  const ending = onEnd(async (why) => {
    if (why === 'SIGINT') talk('Ending (again Ctrl-C: at once)');
    abort.abort();
  });

  try {
    await state.take({ reset: flags.reset });
    isTaken = true;
    stack = new Stack({ flags, state, talk, signal: abort.signal });
    await stack.install();
    await stack.start();
    if (flags.sandboxOnly) {
      await stack.setReady();
      talk(`F&O:       ${stack.sandbox.fo.url}\n           Dataverse: ${stack.sandbox.dataverse.url}`);
      if (flags.json)
        print({ ok: true, seconds: { install: stack.installSeconds, ready: elapsed() }, ...stack.sandbox });
      wasReady = true;
      if (!flags.once) await ending;
      return 0;
    }
    if (flags.obey)
      obeyOrders({ input: process.stdin, scale: (name, count) => stack.scale(name, count), talk });
    const result = await bringInStep({ flags, state, stack, talk, signal: abort.signal });
    if (flags.json) print(result.json);
    if (!result.json.ok) return 1;
    wasReady = true;
    if (flags.once) return 0;
    if (flags.stream && flags.packs.length > 0) {
      talk('Now a few edits on both sides, until Ctrl-C:');
      await demoStream({ sandbox: stack.sandbox, talk, signal: abort.signal });
    }
    await ending;
    return 0;
  } catch (error) {
    if (abort.signal.aborted) return wasReady ? 0 : 130;
    throw error;
  } finally {
    abort.abort();
    await stack?.stop();
    if (isTaken) await state.release();
  }
}

/** Starts the maps, waits until both sides agree, and says what was done for it. */
async function bringInStep({ flags, state, stack, talk, signal }) {
  const { sandbox } = stack;
  const client = new ConsoleClient({ url: stack.consoleUrl, token: state.apiToken, signal });
  const files = await readMapFiles(flags.packs, flags.maps);
  const seconds = { install: stack.installSeconds, firstRow: 0, inStep: 0 };
  const before = await writeCounters(sandbox);
  let outcome = { status: [], differences: [], isInStep: true };
  if (files.length > 0) {
    const since = new Date().toISOString();
    await provisionSides({ client, files, talk, signal });
    await startMaps({ client, files, talk, signal });
    talk('Reading both sides, writing what is missing');
    outcome = await untilInStep({
      client,
      files,
      sandbox,
      talk,
      signal,
      onFirstRow: async () => {
        if (seconds.firstRow > 0 || totalWrites(await writeCounters(sandbox)) === totalWrites(before)) return;
        seconds.firstRow = elapsed();
        talk('The first row has arrived on the other side');
      },
    });
    outcome.readCounts = await readCountsSince({ databaseUrl: stack.infra.postgres.url, since, files });
  }
  seconds.inStep = elapsed();
  const reports =
    files.length === 0
      ? []
      : await mapReports({ files, status: outcome.status, before, sandbox, readCounts: outcome.readCounts });
  const { differences, isInStep } = outcome;
  if (isInStep) await stack.setReady();
  else
    talk(
      `Not in step: ${differences.length} differences; ${outcome.status.map((map) => `${map.name} ${map.state}${map.reason ? ` (${map.reason})` : ''}`).join(', ')}; see ${state.file('services.log')}`,
    );
  if (files.length > 0) {
    talk(
      `${isInStep ? 'Both sides agree' : 'The books so far'}, ${elapsed()} s after the start\n\n${reportTable(reports)}\n`,
    );
  }
  for (const difference of differences.slice(0, 10)) talk(JSON.stringify(difference));
  talk(
    `Console: ${stack.signInLink}\n           F&O sandbox ${sandbox.fo.url}, Dataverse sandbox ${sandbox.dataverse.url}, log ${state.file('services.log')}`,
  );
  return {
    json: { ok: isInStep && differences.length === 0, seconds, maps: reports, differences },
  };
}

function print(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

main().then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`${describeError(error)}\n`);
    process.exit(exitCodeOf(error));
  },
);
