import { applyDecorators, Catch, UseFilters, type ExceptionFilter } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';

export const BATCH_TRANSPORT = Symbol('dualwrite.batch');

/** Nest turns an unknown exception of a handler into "Internal server error"; the strategy must see which it was. */
@Catch()
class PassOn implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * A method of a controller that handles record batches: `@BatchPattern('writes') handle(@Payload() batch: RecordBatch)`.
 * Groups are tied to it at run time by `BatchStrategy.attach('writes', ...)`.
 */
export function BatchPattern(pattern: string): MethodDecorator {
  return applyDecorators(MessagePattern(pattern, BATCH_TRANSPORT), UseFilters(new PassOn()));
}
