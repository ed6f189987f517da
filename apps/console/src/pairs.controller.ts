import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ParkedAnswer, ReleaseAnswer, ReleaseRequest } from './api-documents';
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
  @ApiOkResponse({ type: ParkedAnswer })
  async parked(@Param('name') name: string, @Query('limit') limit?: string): Promise<ParkedAnswer> {
    await this.maps.get(name);
    const query = limit === undefined ? '' : `?limit=${encodeURIComponent(limit)}`;
    return this.mapper.ask(name, `parked${query}`);
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
