import { Body, ConflictException, Controller, HttpCode, Param, Post } from '@nestjs/common';
import type { PairSummary } from './pair-reader';
import { PairRepair, type PreviewedRow } from './pair-repair';
import { readLook, readPreview, readRows } from './repair-body';

/** What the console asks for when somebody has rows repaired that a verify has found to differ. */
@Controller('maps/:map/repairs')
export class RepairsController {
  constructor(private readonly repair: PairRepair) {}

  @Post('look')
  @HttpCode(202)
  async look(@Param('map') map: string, @Body() body: unknown): Promise<{ askedCount: number }> {
    return { askedCount: running(map, await this.repair.look(map, readLook(body))) };
  }

  @Post('pairs')
  @HttpCode(200)
  async pairs(@Param('map') map: string, @Body() body: unknown): Promise<{ pairs: readonly PairSummary[] }> {
    return { pairs: running(map, await this.repair.pairs(map, readRows(body).rows)) };
  }

  /** Nothing is changed by it. */
  @Post('preview')
  @HttpCode(200)
  async preview(
    @Param('map') map: string,
    @Body() body: unknown,
  ): Promise<{ rows: readonly PreviewedRow[] }> {
    return { rows: running(map, await this.repair.preview(map, readPreview(body).rows)) };
  }

  @Post('run')
  @HttpCode(200)
  async run(@Param('map') map: string, @Body() body: unknown): Promise<{ pairs: readonly PairSummary[] }> {
    return { pairs: running(map, await this.repair.repair(map, readRows(body).rows)) };
  }
}

function running<T>(map: string, answer: T | undefined): T {
  if (answer !== undefined) return answer;
  throw new ConflictException(`Map ${map} is not running here: nothing can be planned for it now.`);
}
