import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { AlertingClient } from './alerting-client';
import { ErrorsAnswer, RowAnswer } from './api-documents';

/** What the journal knows; the answers are alerting's own. */
@ApiTags('journal')
@ApiBearerAuth()
@Controller('api/v1')
export class JournalController {
  constructor(private readonly alerting: AlertingClient) {}

  @Get('rows/:idOrKey')
  @ApiOperation({
    summary: 'What happened to a row, oldest first; by business key, native id, pair id or trace id',
  })
  @ApiQuery({ name: 'limit', required: false })
  @ApiOkResponse({ type: RowAnswer })
  row(@Param('idOrKey') idOrKey: string, @Query('limit') limit?: string): Promise<unknown> {
    return this.alerting.get(`rows/${encodeURIComponent(idOrKey)}`, { limit });
  }

  @Get('errors')
  @ApiOperation({ summary: 'What went wrong, newest first' })
  @ApiQuery({ name: 'map', required: false })
  @ApiQuery({ name: 'limit', required: false })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiOkResponse({ type: ErrorsAnswer })
  errors(
    @Query('map') map?: string,
    @Query('limit') limit?: string,
    @Query('cursor') cursor?: string,
  ): Promise<unknown> {
    return this.alerting.get('errors', { map, limit, cursor });
  }
}
