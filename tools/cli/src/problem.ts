/** RFC 9457; the one error form of API and command line. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status?: number;
  readonly detail?: string;
  readonly code: string;
  readonly errors?: readonly ProblemError[];
}

/** One thing wrong, with the place where it is. */
export interface ProblemError {
  readonly code?: string;
  readonly severity?: string;
  readonly field?: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number | null;
  readonly column?: number | null;
}

/** Ends a command: the problem goes to stderr, the code to the shell. */
export class CommandFailed extends Error {
  constructor(
    readonly exitCode: number,
    readonly problem: Problem,
  ) {
    super(problem.detail ?? problem.title);
  }
}

export function failed(
  exitCode: number,
  code: string,
  title: string,
  rest: Partial<Problem> = {},
): CommandFailed {
  return new CommandFailed(exitCode, { type: `https://dualwrite.io/problems/${code}`, title, code, ...rest });
}

/** A body that is a problem in our form. */
export function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'title' in body && typeof body.title === 'string';
}

/** For people: a sentence, then each thing that is wrong on a line of its own. */
export function problemText(problem: Problem): string {
  const head =
    problem.detail && problem.detail !== problem.title
      ? `${problem.title}: ${problem.detail}`
      : problem.title;
  return [`error: ${head}`, ...(problem.errors ?? []).map((error) => `  ${errorText(error)}`)].join('\n');
}

function errorText(error: ProblemError): string {
  const place = [error.file, error.line, error.column]
    .filter((part) => part !== undefined && part !== null)
    .join(':');
  const words = [
    place,
    error.severity,
    error.code ? `[${error.code}]` : undefined,
    error.field,
    error.message,
  ];
  return words.filter((part) => part !== undefined && part !== '').join(' ');
}
