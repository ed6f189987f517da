import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { ID } from '@dualwrite/service';
import { z } from 'zod';
import { limitOf } from './limit-of';
import { PairReader } from './pair-reader';
import type { ParkGroup } from '../parks/park-store';
import { RATE_PER_SECOND_DEFAULT, RATE_PER_SECOND_MAX, type Operation } from '../operations/operation';
import { Replays } from '../operations/replays';
import { Retries } from '../operations/retries';

const ROW_COUNT_MAX = 10_000;
const retryBody = z.strictObject({
  map: z.string().min(1).max(200),
  group: z
    .string()
    .regex(/^[0-9a-f]{12}$/, 'must be a fingerprint of dw parked')
    .exactOptional(),
  rows: z.array(z.string().min(1).max(1_000)).min(1).max(ROW_COUNT_MAX).exactOptional(),
  how: z.enum(['retry', 'release']).default('retry'),
  winner: z.enum(['fo', 'dataverse']).exactOptional(),
  reason: z.string().max(1_000).exactOptional(),
  ratePerSecond: z.number().int().min(1).max(RATE_PER_SECOND_MAX).default(RATE_PER_SECOND_DEFAULT),
  frozen: z.boolean().default(false),
});

const replayBody = z
  .strictObject({
    map: z.string().min(1).max(200),
    from: z.iso.datetime({ offset: true }).exactOptional(),
    offsets: z.record(z.string().min(1).max(300), z.string().regex(/^\d{1,19}$/)).exactOptional(),
    rows: z.array(z.string().min(1).max(1_000)).min(1).max(ROW_COUNT_MAX).exactOptional(),
    preview: z.boolean().default(false),
    read: z.boolean().default(false),
    ratePerSecond: z.number().int().min(1).max(RATE_PER_SECOND_MAX).default(RATE_PER_SECOND_DEFAULT),
    reason: z.string().max(1_000).exactOptional(),
  })
  .refine((body) => [body.from, body.offsets, body.rows].filter((one) => one !== undefined).length === 1, {
    message: 'needs one of from, offsets and rows',
  });

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const said = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new BadRequestException(said.join('; '));
}

/** What is parked, grouped, over all maps; and the work on many pairs at once. */
@Controller()
export class OperationsController {
  constructor(
    private readonly reader: PairReader,
    private readonly retries: Retries,
    private readonly replays: Replays,
  ) {}

  @Get('parked')
  async groups(
    @Query('map') map?: string,
    @Query('limit') limit?: string,
  ): Promise<{ groups: readonly ParkGroup[] }> {
    return { groups: await this.reader.parkGroups(map, limitOf(limit)) };
  }

  @Post('retries')
  @HttpCode(200)
  async retry(@Body() body: unknown): Promise<Operation> {
    const retry = read(retryBody, body);
    const { winner, how } = retry;
    if (winner !== undefined && how !== 'release')
      throw new BadRequestException('a winner is named with how: release only');
    return this.retries.create(retry);
  }

  @Post('replays')
  @HttpCode(200)
  async replay(@Body() body: unknown): Promise<Operation> {
    const { from, ...replay } = read(replayBody, body);
    const created = await this.replays.create({ ...replay, ...(from && { fromMs: Date.parse(from) }) });
    if (created === undefined)
      throw new ConflictException(
        `Map ${replay.map} is not running here: nothing can be examined for it now.`,
      );
    if (typeof created === 'string') throw new BadRequestException(created);
    return created;
  }

  @Get('operations')
  async list(@Query('limit') limit?: string): Promise<{ operations: readonly Operation[] }> {
    return { operations: await this.retries.list(limitOf(limit)) };
  }

  @Get('operations/:id')
  async get(@Param('id', ID) id: string): Promise<Operation> {
    const operation = await this.retries.find(id);
    if (!operation) throw new NotFoundException(`There is no operation ${id}.`);
    return operation;
  }

  @Post('operations/:id/start')
  @HttpCode(200)
  async start(@Param('id', ID) id: string): Promise<Operation> {
    await this.get(id);
    const started = await this.retries.start(id);
    if (!started) throw new ConflictException(`Operation ${id} was started before, and has ended.`);
    return started;
  }

  @Post('operations/:id/stop')
  @HttpCode(200)
  async stop(@Param('id', ID) id: string): Promise<Operation> {
    await this.get(id);
    const stopped = await this.retries.stop(id);
    if (!stopped) throw new ConflictException(`Operation ${id} does not run.`);
    return stopped;
  }
}
