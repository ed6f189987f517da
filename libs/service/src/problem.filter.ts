import { Catch, HttpException, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isDatabaseAway } from '@dualwrite/persistence';
import {
  DataRefused,
  DependencyUnavailable,
  log,
  PipelineError,
  SideUnavailable,
} from '@dualwrite/telemetry';
import type { Request, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

/** RFC 9457, with `code` (stable) and what else helps the caller. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly [extension: string]: unknown;
}

/** Every error leaves as `application/problem+json`; what is our fault is logged and tells the caller nothing else. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = problemOf(error);
    if (problem.status === Number(HttpStatus.INTERNAL_SERVER_ERROR)) {
      log.error('http.failed', { method: request.method, path: request.path, error });
    }
    if (response.headersSent) {
      response.destroy(error instanceof Error ? error : undefined);
      return;
    }
    if (error instanceof SideUnavailable) {
      response.setHeader('Retry-After', String(Math.ceil(error.retryAfterMs / 1_000)));
    }
    if (problem.status === Number(HttpStatus.UNAUTHORIZED)) response.setHeader('WWW-Authenticate', 'Bearer');
    response
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify({ ...problem, instance: request.path }));
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof HttpException) return fromHttpException(error);
  if (error instanceof z.ZodError) {
    const errors = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
    return problem(HttpStatus.BAD_REQUEST, 'The request is not valid.', { code: 'invalid-request', errors });
  }
  if (error instanceof DataRefused) {
    return problem(HttpStatus.UNPROCESSABLE_ENTITY, error.text, { code: error.code });
  }
  if (error instanceof DependencyUnavailable || error instanceof SideUnavailable) {
    return problem(HttpStatus.SERVICE_UNAVAILABLE, error.message, { code: error.code });
  }
  if (isDatabaseAway(error)) {
    const detail = 'The database does not answer; it may be starting, or busy. Try again in a moment.';
    return problem(HttpStatus.SERVICE_UNAVAILABLE, detail, { code: 'database-unavailable' });
  }
  const status = isHttpError(error) ? error.status : HttpStatus.INTERNAL_SERVER_ERROR;
  if (error instanceof PipelineError) return problem(status, undefined, { code: error.code });
  return problem(status, isHttpError(error) ? error.message : undefined);
}

/** Errors of Express' body parser: too large, not JSON. */
function isHttpError(error: unknown): error is Error & { status: number } {
  return (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status >= 400 &&
    error.status < 500
  );
}

/** `new BadRequestException({ detail, code, ... })` keeps all its members. */
function fromHttpException(error: HttpException): Problem {
  const status = error.getStatus();
  const body = error.getResponse();
  if (typeof body === 'string') return problem(status, body);
  const { message, error: _, statusCode: __, ...extensions } = body as Record<string, unknown>;
  const detail = Array.isArray(message) ? message.join('; ') : message;
  return problem(status, typeof detail === 'string' ? detail : undefined, extensions);
}

/** Stable codes of what nobody has given a code of its own: callers match on them, never on words. */
const CODES: Readonly<Record<number, string>> = {
  400: 'invalid-request',
  401: 'not-signed-in',
  403: 'not-allowed',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
  422: 'refused',
  429: 'too-many-requests',
  500: 'internal',
  503: 'unavailable',
};

function problem(
  status: number,
  detail?: string,
  extensions: Readonly<Record<string, unknown>> = {},
): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    ...(detail === undefined ? {} : { detail }),
    code: CODES[status] ?? 'failed',
    ...extensions,
  };
}
