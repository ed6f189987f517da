import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { MapsService } from '../maps.service';
import { readBody } from '../read-body';
import { RollingAnswer, RollingMapAnswer, RollingMapDocument, RollingRateRequest } from './rolling-documents';
import { RollingService } from './rolling.service';

const RATE_MAX = 1_000_000;
const rateBody = z.strictObject({ rowsPerMinute: z.number().int().min(0).max(RATE_MAX).nullable() });

/** The verify that goes on all the time. */
@ApiTags('verify')
@ApiBearerAuth()
@Controller('api/v1')
export class RollingController {
  constructor(
    private readonly rolling: RollingService,
    private readonly maps: MapsService,
  ) {}

  @Get('rolling-verify')
  @ApiOperation({
    summary: 'How far the rolling verify of each map is, its last full round, and what stands',
  })
  @ApiOkResponse({ type: RollingAnswer })
  async list(): Promise<RollingAnswer> {
    const names = (await this.maps.list()).map(({ name }) => name);
    return { maps: await this.rolling.list(names) };
  }

  @Get('maps/:name/rolling-verify')
  @ApiOperation({ summary: 'The same of one map, with its differences' })
  @ApiOkResponse({ type: RollingMapAnswer })
  async get(@Param('name') name: string): Promise<RollingMapAnswer> {
    await this.maps.get(name);
    return this.rolling.get(name);
  }

  @Put('maps/:name/rolling-verify')
  @ApiOperation({ summary: "Sets a map's own budget" })
  @ApiBody({ type: RollingRateRequest })
  @ApiOkResponse({ type: RollingMapDocument })
  async setRate(@Param('name') name: string, @Body() body: unknown): Promise<RollingMapDocument> {
    await this.maps.get(name);
    return this.rolling.setRate(name, readBody(rateBody, body).rowsPerMinute);
  }
}
