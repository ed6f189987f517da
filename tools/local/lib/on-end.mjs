import { isAlive, parentOf } from './processes.mjs';

const PARENT_CHECK_MS = 1000;

/**
 * Runs `finish` once when this command is to end: Ctrl-C, SIGTERM, SIGHUP, or the death of whoever started it.
 * A second Ctrl-C ends at once (the guard then sees to the children). The promise resolves after `finish`.
 *
 * @param {(why: string) => Promise<void>} finish
 */
export function onEnd(finish) {
  return new Promise((resolve, reject) => {
    let isEnding = false;
    const end = (why) => {
      if (isEnding) {
        if (why === 'SIGINT') process.exit(130);
        return;
      }
      isEnding = true;
      clearInterval(timer);
      Promise.resolve(finish(why)).then(() => resolve(why), reject);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));
    // `isAlive` of each: an orphan gets another parent, but npm and its shell stand between us and the caller.
    const ancestors = callers();
    const timer = setInterval(async () => {
      for (const pid of await ancestors) if (!(await isAlive(pid))) return end('parent gone');
    }, PARENT_CHECK_MS);
  });
}

/** Whose death is ours: the parent; under `npm run` also the shell's parent (npm), who else would die unnoticed. */
async function callers() {
  const parent = process.ppid;
  if (parent <= 1) return [];
  if (!process.env.npm_lifecycle_event) return [parent];
  const grandparent = await parentOf(parent);
  return grandparent && grandparent > 1 ? [parent, grandparent] : [parent];
}
