import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { z } from 'zod';
import type { PutAction } from '../config/object-store';
import { OBJECT_KINDS, type AlertObject, type ObjectKind } from '../config/objects';
import { duration } from '../config/duration';
import type { SendOutcome } from '../deliveries/channel-sender';
import type { DeliveryView } from '../deliveries/delivery-store';
import { readLimit } from '../journal/read-query';
import type { AlertView } from './alert-store';
import { AlertsService, isObjectKind, type BacktestAnswer } from './alerts.service';

const LIMIT = { default: 100, max: 1_000 };
const BACKTEST_DAYS_MAX = 31;
const MAP_COUNT_MAX = 1_000;
const muteBody = z.strictObject({ for: duration, reason: z.string().max(1_000).optional() });
const differencesBody = z.strictObject({
  maps: z
    .array(z.strictObject({ map: z.string().min(1).max(200), count: z.number().int().min(0) }))
    .max(MAP_COUNT_MAX),
});
const backtestBody = z
  .strictObject({
    rule: z.string().min(1).max(100).optional(),
    spec: z.record(z.string(), z.unknown()).optional(),
    days: z.number().int().min(1).max(BACKTEST_DAYS_MAX).default(7),
  })
  .refine(({ rule, spec }) => (rule === undefined) !== (spec === undefined), {
    message: 'needs either rule, the name of one, or spec',
    path: ['rule'],
  });

/** Alerts, and what is set up for them. Whatever changes counts from the next look on. */
@Controller('api/v1/alerting')
export class AlertsController {
  constructor(private readonly service: AlertsService) {}

  @Get('alerts')
  async alerts(
    @Query('all') all?: string,
    @Query('limit') limit?: string,
  ): Promise<{ alerts: readonly AlertView[] }> {
    return { alerts: await this.service.alerts({ all: all === 'true', limit: readLimit(limit, LIMIT) }) };
  }

  @Post('alerts/:id\\:mute')
  @HttpCode(200)
  mute(@Param('id') id: string, @Body() body: unknown): Promise<AlertObject> {
    return this.service.mute(id, muteBody.parse(body));
  }

  @Post('alerts/:id\\:unmute')
  @HttpCode(200)
  async unmute(@Param('id') id: string): Promise<{ id: string }> {
    await this.service.unmute(id);
    return { id };
  }

  @Get('deliveries')
  async deliveries(@Query('limit') limit?: string): Promise<{ deliveries: readonly DeliveryView[] }> {
    return { deliveries: await this.service.deliveries(readLimit(limit, LIMIT)) };
  }

  @Post('channels/:name\\:test')
  @HttpCode(200)
  test(@Param('name') name: string): Promise<SendOutcome> {
    return this.service.test(name);
  }

  @Post('rules\\:backtest')
  @HttpCode(200)
  backtest(@Body() body: unknown): Promise<BacktestAnswer> {
    const { rule, spec, days } = backtestBody.parse(body);
    return this.service.backtest(rule ?? spec, days);
  }

  @Post('differences')
  @HttpCode(200)
  async differences(@Body() body: unknown): Promise<{ count: number }> {
    const { maps } = differencesBody.parse(body);
    await this.service.noteDifferences(maps);
    return { count: maps.length };
  }

  @Get(':kind')
  async list(@Param('kind') kind: string): Promise<{ items: readonly AlertObject[] }> {
    return { items: await this.service.list(kindOf(kind)) };
  }

  @Get(':kind/:name')
  get(@Param('kind') kind: string, @Param('name') name: string): Promise<AlertObject> {
    return this.service.get(kindOf(kind), name);
  }

  @Put(':kind/:name')
  put(
    @Param('kind') kind: string,
    @Param('name') name: string,
    @Body() body: unknown,
  ): Promise<AlertObject & { readonly action: PutAction }> {
    return this.service.put(kindOf(kind), name, body);
  }

  @Delete(':kind/:name')
  async delete(@Param('kind') kind: string, @Param('name') name: string): Promise<{ name: string }> {
    await this.service.delete(kindOf(kind), name);
    return { name };
  }
}

function kindOf(kind: string): ObjectKind {
  if (isObjectKind(kind)) return kind;
  throw new NotFoundException({
    code: 'alerting-kind-unknown',
    detail: `There are ${OBJECT_KINDS.join(', ')}; ${kind} is none of them.`,
  });
}
