import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { OperationDocument } from '../api-documents';
import { MapperClient } from '../mapper-client';
import { MapsService } from '../maps.service';
import { readBody } from '../read-body';
import {
  DeleteLimitAnswer,
  DeleteLimitDocument,
  HeldDeletesAnswer,
  ReleaseDeletesRequest,
} from './deletes-documents';

const DAY_MS = 86_400_000;
const limitBody = z.strictObject({
  countMax: z.number().int().min(0).max(1_000_000_000).exactOptional(),
  percentMax: z.number().min(0).max(100).exactOptional(),
  windowMs: z.number().int().min(1_000).max(DAY_MS).exactOptional(),
});
const releaseBody = z.strictObject({
  count: z.number().int().min(0),
  reason: z.string().max(1_000).exactOptional(),
  ratePerSecond: z.number().int().min(1).max(1_000).exactOptional(),
});

/** The mass-delete breaker of each map: its limit, what it holds, and how a person lets that go. */
@ApiTags('deletes')
@ApiBearerAuth()
@Controller('api/v1')
export class DeletesController {
  constructor(
    private readonly mapper: MapperClient,
    private readonly maps: MapsService,
  ) {}

  @Get('maps/:name/deletes')
  @ApiOperation({ summary: 'How much a map has deleted of late, and which deletes are held, with samples' })
  @ApiOkResponse({ type: HeldDeletesAnswer })
  async look(@Param('name') name: string): Promise<HeldDeletesAnswer> {
    await this.maps.get(name);
    return this.mapper.ask(name, 'deletes');
  }

  @Post('maps/:name/deletes\\:release')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets held deletes go, at a rate; refused unless their number is named' })
  @ApiBody({ type: ReleaseDeletesRequest })
  @ApiOkResponse({ type: OperationDocument })
  async release(@Param('name') name: string, @Body() body: unknown): Promise<OperationDocument> {
    await this.maps.get(name);
    return this.mapper.ask(name, 'deletes/release', { method: 'POST', body: readBody(releaseBody, body) });
  }

  @Put('maps/:name/delete-limit')
  @ApiOperation({ summary: "Sets a map's own limit; what is left out is as the service says" })
  @ApiBody({ type: DeleteLimitDocument })
  @ApiOkResponse({ type: DeleteLimitAnswer })
  setLimit(@Param('name') name: string, @Body() body: unknown): Promise<DeleteLimitAnswer> {
    return this.maps.setDeleteLimit(name, readBody(limitBody, body));
  }
}
