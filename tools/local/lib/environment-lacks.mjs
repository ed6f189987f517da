/** The machine lacks something; `message` is one sentence that names it and the remedy. Ends a command with exit code 3. */
export class EnvironmentLacks extends Error {}

/** A wrong flag or value. Ends a command with exit code 2. */
export class WrongUsage extends Error {}

/** Exit code of a command that ended with this error (design: 1 = what was asked does not hold). */
export function exitCodeOf(error) {
  if (error instanceof WrongUsage) return 2;
  if (error instanceof EnvironmentLacks) return 3;
  return 1;
}

/** What to print: the sentence alone where it says everything, the stack where the error was not foreseen. */
export function describeError(error) {
  if (error instanceof EnvironmentLacks || error instanceof WrongUsage) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
