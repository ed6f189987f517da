import { Controller, Get, NotFoundException, Param, Query } from '@nestjs/common';
import { ID } from '@dualwrite/service';
import { viewRun, type RunView } from './run-view';
import { SyncRuntime } from './sync-runtime';
import { SyncStore } from './sync-store';

/** How far the baselines are, per table and company. */
@Controller('api/v1/runs')
export class RunsController {
  constructor(
    private readonly store: SyncStore,
    private readonly runtime: SyncRuntime,
  ) {}

  /** The newest run of each map, and all that are under way. */
  @Get()
  async list(@Query('map') map?: string): Promise<{ runs: readonly RunView[] }> {
    const stored = await this.store.load();
    const runs = stored.runs.filter((run) => map === undefined || run.map === map);
    return { runs: runs.map((run) => viewRun(run, stored, this.runtime.tablesOf(run.map), Date.now())) };
  }

  @Get(':id')
  async get(@Param('id', ID) id: string): Promise<RunView> {
    const stored = await this.store.loadRun(id);
    const run = stored.runs.find((one) => one.id === id);
    if (run === undefined) throw new NotFoundException(`There is no run ${id}.`);
    return viewRun(run, stored, this.runtime.tablesOf(run.map), Date.now());
  }
}
