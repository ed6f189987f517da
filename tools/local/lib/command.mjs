import { describeError, exitCodeOf } from './environment-lacks.mjs';
import { onEnd } from './on-end.mjs';

/**
 * Frame of a command that runs to an end of its own: told to end before (Ctrl-C, SIGTERM, its parent gone), it aborts
 * the signal, waits for `run` to clear up after itself, and ends with 130.
 *
 * @param {(signal: AbortSignal) => Promise<number>} run resolves with the exit code
 */
export function runToEnd(run) {
  const abort = new AbortController();
  const running = run(abort.signal).then(
    (code) => code,
    (error) => {
      if (abort.signal.aborted) return 130;
      process.stderr.write(`${describeError(error)}\n`);
      return exitCodeOf(error);
    },
  );
  onEnd(async () => {
    abort.abort();
    await running;
  }).catch((error) => process.stderr.write(`${describeError(error)}\n`));
  running.then((code) => process.exit(abort.signal.aborted ? 130 : code));
}
