import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { OperationDocument, OperationsAnswer, ReplayRequest, RetryRequest } from './api-documents';
import { MapperClient } from './mapper-client';
import { MapsService } from './maps.service';
import { queryOf } from './pairs.controller';

/** Work on many pairs, with progress and stop; the answers are the mapper's own. */
@ApiTags('operations')
@ApiBearerAuth()
@Controller('api/v1')
export class OperationsController {
  constructor(
    private readonly mapper: MapperClient,
    private readonly maps: MapsService,
  ) {}

  @Post('retries')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Plans parked rows again: some, a group, or all of a map; chosen when it is made, done at a rate',
  })
  @ApiBody({ type: RetryRequest })
  @ApiOkResponse({ type: OperationDocument })
  async retry(@Body() body: RetryRequest): Promise<OperationDocument> {
    if (typeof body.map === 'string') await this.maps.get(body.map);
    return this.mapper.over('retries', { method: 'POST', body });
  }

  @Post('replays')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Examines rows again: those seen since a time or an offset, or some; a preview says how many differ',
  })
  @ApiBody({ type: ReplayRequest })
  @ApiOkResponse({ type: OperationDocument })
  async replay(@Body() body: ReplayRequest): Promise<OperationDocument> {
    if (typeof body.map === 'string') await this.maps.get(body.map);
    return this.mapper.over('replays', { method: 'POST', body });
  }

  @Get('operations')
  @ApiOperation({ summary: 'Retries and replays, the newest first' })
  @ApiQuery({ name: 'limit', required: false })
  @ApiOkResponse({ type: OperationsAnswer })
  list(@Query('limit') limit?: string): Promise<OperationsAnswer> {
    return this.mapper.over(`operations${queryOf({ limit })}`);
  }

  @Get('operations/:id')
  @ApiOperation({ summary: 'How far an operation is' })
  @ApiOkResponse({ type: OperationDocument })
  get(@Param('id') id: string): Promise<OperationDocument> {
    return this.mapper.over(`operations/${encodeURIComponent(id)}`);
  }

  @Post('operations/:id\\:start')
  @HttpCode(200)
  @ApiOperation({ summary: 'Starts a frozen selection, or goes on with what was stopped' })
  @ApiOkResponse({ type: OperationDocument })
  start(@Param('id') id: string): Promise<OperationDocument> {
    return this.mapper.over(`operations/${encodeURIComponent(id)}/start`, { method: 'POST' });
  }

  @Post('operations/:id\\:stop')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stops it; what is done stays done' })
  @ApiOkResponse({ type: OperationDocument })
  stop(@Param('id') id: string): Promise<OperationDocument> {
    return this.mapper.over(`operations/${encodeURIComponent(id)}/stop`, { method: 'POST' });
  }
}
