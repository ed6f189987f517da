const WATCH_MS = 1_000;

/**
 * Calls `onGone` once the process `parentPid` has ended, so that nothing outlives a starter that was killed.
 * The returned function ends the watch.
 */
export function watchParent(parentPid: number, onGone: () => void): () => void {
  // A direct child is given to another parent when its own dies, even while the dead one is still a zombie that
  // answers to kill(pid, 0).
  const isDirectChild = process.ppid === parentPid;
  const timer = setInterval(() => {
    if (isDirectChild ? process.ppid === parentPid : isAlive(parentPid)) return;
    clearInterval(timer);
    onGone();
  }, WATCH_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
