import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import {
  ConflictsAnswer,
  ParkedAnswer,
  ParkGroupsAnswer,
  ReleaseAnswer,
  ReleaseRequest,
} from './api-documents';
import { MapperClient } from './mapper-client';
import { MapsService } from './maps.service';
import { readReleaseBody } from './read-body';

/** Pairs that are set aside, and their release; the answers are the mapper's own. */
@ApiTags('pairs')
@ApiBearerAuth()
@Controller('api/v1')
export class PairsController {
  constructor(
    private readonly mapper: MapperClient,
    private readonly maps: MapsService,
  ) {}

  @Get('maps/:name/parked')
  @ApiOperation({ summary: 'What is parked, newest first, with the reasons' })
  @ApiQuery({ name: 'limit', required: false })
  @ApiQuery({ name: 'group', required: false, description: 'Only of this fingerprint; held rows included' })
  @ApiOkResponse({ type: ParkedAnswer })
  async parked(
    @Param('name') name: string,
    @Query('limit') limit?: string,
    @Query('group') group?: string,
  ): Promise<ParkedAnswer> {
    await this.maps.get(name);
    return this.mapper.ask(name, `parked${queryOf({ limit, group })}`);
  }

  @Get('parked')
  @ApiOperation({ summary: 'What is parked or held, in groups that want one remedy, the largest first' })
  @ApiQuery({ name: 'map', required: false })
  @ApiQuery({ name: 'limit', required: false })
  @ApiOkResponse({ type: ParkGroupsAnswer })
  groups(@Query('map') map?: string, @Query('limit') limit?: string): Promise<ParkGroupsAnswer> {
    return this.mapper.over(`parked${queryOf({ map, limit })}`);
  }

  @Get('maps/:name/conflicts/:row')
  @ApiOperation({
    summary:
      'A row field by field: what was agreed, what both sides show, who changed it and when where known',
  })
  @ApiOkResponse({ type: ConflictsAnswer })
  async conflicts(@Param('name') name: string, @Param('row') row: string): Promise<ConflictsAnswer> {
    await this.maps.get(name);
    return this.mapper.ask(name, `conflicts/${encodeURIComponent(row)}`);
  }

  @Post('maps/:name\\:release')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Drops the parks of rows: they are planned again at once, by what both sides show now',
  })
  @ApiOkResponse({ type: ReleaseAnswer })
  async release(@Param('name') name: string, @Body() body: ReleaseRequest): Promise<ReleaseAnswer> {
    await this.maps.get(name);
    return this.mapper.ask(name, 'release', { method: 'POST', body: readReleaseBody(body) });
  }
}

export function queryOf(query: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
  return search.size > 0 ? `?${search}` : '';
}
