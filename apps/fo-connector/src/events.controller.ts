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
import { TrackedTables } from '@dualwrite/connector';
import { eventTarget } from '@dualwrite/odata';
import { OpenRoute, showsKey } from '@dualwrite/service';
import { counter } from '@dualwrite/telemetry';
import { EventReader } from './event-reader';
import { EventReceipts } from './event-receipts';

/** Injection token: the secrets that a caller may show. */
export const EVENTS_KEYS = Symbol('fo-connector.events-keys');

const EVENT_COUNT_MAX = 1_000;
const received = counter(
  'dualwrite.events.received',
  '{event}',
  'Data events, by whether they name a row of ours',
);

/** Where F&O's data events arrive. The answer comes at once: what fails later is healed by the sweep. */
@Controller('events')
export class EventsController {
  constructor(
    @Inject(EventReader) private readonly reader: EventReader,
    @Inject(TrackedTables) private readonly tables: TrackedTables,
    @Inject(EventReceipts) private readonly receipts: EventReceipts,
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
    const schemas = this.tables.current().map(({ schema }) => schema);
    const events: unknown[] = Array.isArray(body) ? body.slice(0, EVENT_COUNT_MAX) : [body];
    let taken = 0;
    for (const event of events) {
      const target = eventTarget(event, schemas);
      received.add(1, { outcome: target === null ? 'not-ours' : 'taken' });
      if (target === null) continue;
      this.receipts.note(target.table);
      this.reader.tell(target);
      taken++;
    }
    return { taken };
  }
}
