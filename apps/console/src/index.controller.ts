import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Inject, Query, UnauthorizedException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OpenRoute } from '@dualwrite/service';

export const ACCESS_TOKEN = Symbol('console.access-token');

/** Where the sign-in link leads: what there is. The link carries the token that the API wants as bearer. */
@ApiExcludeController()
@Controller()
export class IndexController {
  constructor(@Inject(ACCESS_TOKEN) private readonly token: string) {}

  @OpenRoute()
  @Get()
  index(@Query('token') token?: string): object {
    if (typeof token !== 'string' || !timingSafeEqual(digest(token), digest(this.token))) {
      throw new UnauthorizedException('Open the sign-in link that was printed at the start.');
    }
    return {
      name: 'dualwrite console',
      links: {
        openapi: '/api/openapi.json',
        maps: '/api/v1/maps',
        status: '/api/v1/status',
        journal: '/api/v1/journal',
        errors: '/api/v1/errors',
        alerts: '/api/v1/alerting/alerts',
        waits: '/api/v1/waits',
        row: '/api/v1/rows/{idOrKey}',
      },
    };
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
