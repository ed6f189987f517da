import { HttpException } from '@nestjs/common';

export interface ProblemError {
  readonly code?: string;
  readonly severity?: string;
  readonly field?: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number | null;
  readonly column?: number | null;
}

/** An answer in the form of RFC 9457; the filter sends the body as it is. */
export function problem(
  status: number,
  code: string,
  title: string,
  rest: { readonly detail?: string; readonly errors?: readonly ProblemError[]; readonly count?: number } = {},
): HttpException {
  return new HttpException(
    { type: `https://dualwrite.io/problems/${code}`, title, status, code, ...rest },
    status,
  );
}

/** Status of an answer that a problem was made for; undefined: it is something else. */
export function problemStatusOf(error: unknown): number | undefined {
  return error instanceof HttpException ? error.getStatus() : undefined;
}
