import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { WaitsAnswer } from './api-documents';
import { MapperClient } from './mapper-client';

/** What rows wait for; the answers are the mapper's own. */
@ApiTags('waits')
@ApiBearerAuth()
@Controller('api/v1')
export class WaitsController {
  constructor(private readonly mapper: MapperClient) {}

  @Get('waits')
  @ApiOperation({
    summary: 'Rows that are waited for, the most wanted first: by whom, and why they are not there',
  })
  @ApiQuery({ name: 'map', required: false, description: 'Only what rows of this map wait for' })
  @ApiQuery({ name: 'table', required: false, description: 'Only rows of this Dataverse table' })
  @ApiQuery({ name: 'limit', required: false })
  @ApiOkResponse({ type: WaitsAnswer })
  waits(
    @Query('map') map?: string,
    @Query('table') table?: string,
    @Query('limit') limit?: string,
  ): Promise<unknown> {
    return this.mapper.waits({ map, table, limit });
  }
}
