import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
} from '@nestjs/common';
import { z } from 'zod';
import { HeldDeletesDesk, type HeldDeletes } from '../deletes/held-deletes';
import { RATE_PER_SECOND_MAX, type Operation } from '../operations/operation';

const releaseBody = z.strictObject({
  count: z.number().int().min(0),
  reason: z.string().max(1_000).exactOptional(),
  ratePerSecond: z.number().int().min(1).max(RATE_PER_SECOND_MAX).exactOptional(),
});

/** The mass-delete breaker of a map. */
@Controller('maps/:map/deletes')
export class DeletesController {
  constructor(private readonly desk: HeldDeletesDesk) {}

  @Get()
  look(@Param('map') map: string): Promise<HeldDeletes> {
    return this.desk.look(map);
  }

  @Post('release')
  @HttpCode(200)
  async release(@Param('map') map: string, @Body() body: unknown): Promise<Operation> {
    const read = releaseBody.safeParse(body);
    if (!read.success) {
      const said = read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
      throw new BadRequestException(said.join('; '));
    }
    const released = await this.desk.release(map, read.data);
    if (typeof released !== 'number') return released;
    throw new ConflictException(
      `${released} deletes of map ${map} are held now, not ${read.data.count}: nothing was released. ` +
        `Look at them again, and name that number.`,
    );
  }
}
