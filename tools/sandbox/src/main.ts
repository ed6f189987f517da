import { parseArguments } from './arguments';
import { startSandbox } from './sandbox';

async function main(): Promise<void> {
  const options = parseArguments(process.argv.slice(2));
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n`);
    process.exitCode = 2;
    return;
  }
  const sandbox = await startSandbox(options);
  const { fo, dataverse, oauth } = sandbox;
  process.stdout.write(
    `${JSON.stringify({ event: 'sandbox.listening', pid: process.pid, fo, dataverse, oauth })}\n`,
  );
  let isEnding = false;
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    sandbox.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  endWithParent(end);
}

/** Nobody is left to stop us when the process that started us is gone. */
function endWithParent(end: () => void): void {
  const parent = Number(process.env['PARENT_PID'] ?? '');
  if (!Number.isInteger(parent) || parent <= 0) return;
  setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      // No such process.
      end();
    }
  }, 1000).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
});
