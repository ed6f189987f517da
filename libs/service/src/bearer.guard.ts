import { createHash, timingSafeEqual } from 'node:crypto';
import {
  SetMetadata,
  UnauthorizedException,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';

const OPEN_ROUTE = 'dualwrite:open-route';

/** A controller or method that needs no API token: probes, or one that checks its callers in a way of its own. */
export const OpenRoute = (): CustomDecorator => SetMetadata(OPEN_ROUTE, true);

/** Every route wants `Authorization: Bearer API_TOKEN`, except those marked with {@link OpenRoute}. */
export class BearerGuard implements CanActivate {
  private readonly expected: Buffer;
  private readonly reflector = new Reflector();

  constructor(token: string) {
    this.expected = digest(token);
  }

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const isOpen = this.reflector.getAllAndOverride<boolean | undefined>(OPEN_ROUTE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (isOpen === true) return true;
    const request = context.switchToHttp().getRequest<Request>();
    if (this.isAllowed(request.headers.authorization)) return true;
    throw new UnauthorizedException('This needs a bearer token.');
  }

  private isAllowed(authorization: string | undefined): boolean {
    const [, token] = /^Bearer\s+(\S+)$/i.exec(authorization ?? '') ?? [];
    // Digests have one length whatever was sent, so the comparison tells nothing by its time.
    return token !== undefined && timingSafeEqual(digest(token), this.expected);
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
