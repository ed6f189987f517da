import {
  Body,
  Controller,
  Headers,
  HttpCode,
  Inject,
  Post,
  Query,
  UnauthorizedException,
} from '@nestjs/common';
import { OpenRoute, showsKey } from '@dualwrite/service';
import { EventIntake } from './event-intake';

/** Injection token: the secrets that a caller may show. */
export const EVENTS_KEYS = Symbol('fo-connector.events-keys');

/** Where F&O's data events arrive by HTTPS. The answer comes at once: what fails later is healed by the sweep. */
@Controller('events')
export class EventsController {
  constructor(
    @Inject(EventIntake) private readonly intake: EventIntake,
    @Inject(EVENTS_KEYS) private readonly keys: readonly string[],
  ) {}

  /** Guarded by its own secret: the sender cannot be given our API token. */
  @OpenRoute()
  @Post()
  @HttpCode(202)
  take(
    @Body() body: unknown,
    @Headers('x-dualwrite-key') header: string | undefined,
    @Headers('authorization') authorization: string | undefined,
    @Query('code') code: string | undefined,
  ): { taken: number } {
    const bearer = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (!showsKey(this.keys, [header, code, bearer])) {
      throw new UnauthorizedException('This needs the key of the event endpoint.');
    }
    return { taken: this.intake.take(body, 'https') };
  }
}
