import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { readProofBody } from '../read-body';
import { SyncPlanAnswer, SyncPlanRequest, SyncRunsAnswer } from './sync-documents';
import { SyncPlanner, type SyncPlan } from './sync-plan';
import { SyncRuns, type RunWithBooks } from './sync-runs';

/** First syncs: before they begin, and while they run. */
@ApiTags('sync')
@ApiBearerAuth()
@Controller('api/v1/sync')
export class SyncController {
  constructor(
    private readonly planner: SyncPlanner,
    private readonly syncRuns: SyncRuns,
  ) {}

  @Get('runs')
  @ApiOperation({ summary: 'How far first syncs are, per table, with what has become of the rows' })
  @ApiQuery({ name: 'map', required: false })
  @ApiOkResponse({ type: SyncRunsAnswer })
  async runs(@Query('map') map?: string): Promise<{ runs: readonly RunWithBooks[] }> {
    return { runs: await this.syncRuns.list(map) };
  }

  @Post('plans')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'What a first sync of maps would do: waves, counts, every problem in groups, and how long; nothing is written',
  })
  @ApiOkResponse({ type: SyncPlanAnswer })
  plan(@Body() body: SyncPlanRequest): Promise<SyncPlan> {
    return this.planner.plan(readProofBody(body));
  }
}
