import type { LoggerService } from '@nestjs/common';
import { log } from '@dualwrite/telemetry';

/** Nest's own words: what it warns about goes to our log, its talk about routes and modules does not. */
export class NestLog implements LoggerService {
  log(): void {
    return;
  }

  warn(message: unknown, ...rest: unknown[]): void {
    log.warn('nest.warning', { text: String(message), context: rest.at(-1) });
  }

  error(message: unknown, ...rest: unknown[]): void {
    log.error('nest.error', {
      text: message instanceof Error ? message : String(message),
      context: rest.at(-1),
      ...(rest.length > 1 ? { stack: rest[0] } : {}),
    });
  }
}
