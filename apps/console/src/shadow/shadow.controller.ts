import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { MapperClient } from '../mapper-client';
import { MapsService } from '../maps.service';
import { queryOf } from '../pairs.controller';
import { ShadowReportAnswer } from './shadow-documents';

/** What a map in shadow has found; the findings are the mapper's own. */
@ApiTags('shadow')
@ApiBearerAuth()
@Controller('api/v1')
export class ShadowController {
  constructor(
    private readonly mapper: MapperClient,
    private readonly maps: MapsService,
  ) {}

  @Get('maps/:name/shadow')
  @ApiOperation({
    summary: 'Where our plan differs from what others did while the map was in shadow, and with which rows',
  })
  @ApiQuery({ name: 'before', required: false, description: 'nextBefore of the page before' })
  @ApiQuery({ name: 'limit', required: false })
  @ApiOkResponse({ type: ShadowReportAnswer })
  async report(
    @Param('name') name: string,
    @Query('before') before?: string,
    @Query('limit') limit?: string,
  ): Promise<ShadowReportAnswer> {
    const { state } = await this.maps.get(name);
    const report = await this.mapper.ask<Omit<ShadowReportAnswer, 'map' | 'state'>>(
      name,
      `shadow${queryOf({ before, limit })}`,
    );
    return { map: name, state, ...report };
  }
}
