/** What a command's exit code says; 1 is never an error. */
export const EXIT = {
  done: 0,
  findings: 1,
  invalid: 2,
  notAllowed: 3,
  notFound: 4,
  conflict: 5,
  timedOut: 6,
  unreachable: 7,
  partlyDone: 8,
  failed: 9,
  interrupted: 130,
} as const;

export const EXIT_MEANINGS: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: EXIT.done, meaning: 'done; or checked and clean' },
  { code: EXIT.findings, meaning: 'findings: differences or lint errors; never a failure' },
  { code: EXIT.invalid, meaning: 'wrong usage, or input that is not valid' },
  { code: EXIT.notAllowed, meaning: 'not signed in, or not allowed' },
  { code: EXIT.notFound, meaning: 'not found' },
  { code: EXIT.conflict, meaning: 'conflict: the state does not allow it' },
  { code: EXIT.timedOut, meaning: 'timed out waiting; the operation goes on' },
  { code: EXIT.unreachable, meaning: 'the server or something it needs is not reachable; try again' },
  { code: EXIT.partlyDone, meaning: 'partly done; the answer lists each' },
  { code: EXIT.failed, meaning: 'the operation failed' },
  { code: EXIT.interrupted, meaning: 'interrupted' },
];

/** Exit code for an HTTP status that is not a success. */
export function exitCodeOf(status: number): number {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 404) return EXIT.notFound;
  if (status === 409 || status === 412) return EXIT.conflict;
  if (status === 408) return EXIT.timedOut;
  if (status === 429 || status === 502 || status === 503 || status === 504) return EXIT.unreachable;
  return status < 500 ? EXIT.invalid : EXIT.failed;
}
