import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import type { Response } from 'express';
import { OpenRoute } from './bearer.guard';
import { Readiness } from './readiness';

/** Probes, open to everybody: they tell states, no data. */
@OpenRoute()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process answers; anything that only a restart mends ends the process by itself. */
  @Get('livez')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) response: Response): Promise<object> {
    const { isReady, checks } = await this.readiness.report();
    if (!isReady) response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: isReady ? 'ok' : 'unavailable', checks };
  }

  @Get('startupz')
  started(@Res({ passthrough: true }) response: Response): object {
    const { hasStarted } = this.readiness;
    if (!hasStarted) response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: hasStarted ? 'ok' : 'unavailable' };
  }
}
