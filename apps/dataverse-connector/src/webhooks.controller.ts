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
import { FeedNudges, TrackedTables } from '@dualwrite/connector';
import { nudgedTable } from '@dualwrite/odata';
import { OpenRoute, showsKey } from '@dualwrite/service';
import { counter } from '@dualwrite/telemetry';

/** Injection token: the secrets that a caller may show. */
export const WEBHOOK_KEYS = Symbol('dataverse-connector.webhook-keys');

const received = counter('dualwrite.webhooks.received', '{call}', 'Webhook calls, by what they came to');

/**
 * Where Dataverse's webhooks arrive. Nothing in a call is believed but that a table may have changed: its delta link is
 * asked now instead of later. So a body that is over 256 KB, and comes without its rows, is as good as any.
 */
@Controller('webhooks')
export class WebhooksController {
  constructor(
    @Inject(FeedNudges) private readonly nudges: FeedNudges,
    @Inject(TrackedTables) private readonly tables: TrackedTables,
    @Inject(WEBHOOK_KEYS) private readonly keys: readonly string[],
  ) {}

  /** Guarded by its own secret: the sender cannot be given our API token. */
  @OpenRoute()
  @Post()
  @HttpCode(202)
  take(
    @Body() body: unknown,
    @Headers('x-dualwrite-key') header: string | undefined,
    @Headers('x-ms-dynamics-entity-name') named: string | undefined,
    @Query('code') code: string | undefined,
  ): { readonly nudged: boolean } {
    if (!showsKey(this.keys, [header, code]))
      throw new UnauthorizedException('This needs the key of the webhook.');
    const table = nudgedTable(named, body);
    const isOurs = table !== null && this.tables.isObserved(table);
    received.add(1, { outcome: isOurs ? 'nudged' : 'not-ours' });
    if (isOurs) this.nudges.nudge(table);
    return { nudged: isOurs };
  }
}
