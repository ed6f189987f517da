import { BadRequestException, Controller, Get, Param, Query } from '@nestjs/common';
import { ShadowReports, type ShadowReport } from '../shadow/shadow-report';
import { limitOf } from './limit-of';

const FINDING_ID = /^\d{1,18}$/;

/** What a map in shadow has found. */
@Controller('maps/:map/shadow')
export class ShadowController {
  constructor(private readonly reports: ShadowReports) {}

  @Get()
  report(
    @Param('map') map: string,
    @Query('before') before?: string,
    @Query('limit') limit?: string,
  ): Promise<ShadowReport> {
    if (before !== undefined && !FINDING_ID.test(before))
      throw new BadRequestException('before must come from the nextBefore of an earlier answer');
    return this.reports.read(map, { before, limit: limitOf(limit) });
  }
}
