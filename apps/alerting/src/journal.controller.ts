import { Controller, Get, Param, Query } from '@nestjs/common';
import { JournalStore, type ErrorPage, type JournalCount, type JournalStep } from './journal-store';
import { readCursor, readLimit } from './read-query';

const ROW_LIMIT = { default: 200, max: 1_000 };
const ERROR_LIMIT = { default: 50, max: 500 };

/** What the journal answers: the story of a row, the errors, the counts. */
@Controller('api/v1')
export class JournalController {
  constructor(private readonly store: JournalStore) {}

  @Get('rows/:idOrKey')
  async row(
    @Param('idOrKey') idOrKey: string,
    @Query('limit') limit?: string,
  ): Promise<{ events: readonly JournalStep[] }> {
    return { events: await this.store.story(idOrKey, readLimit(limit, ROW_LIMIT)) };
  }

  @Get('errors')
  errors(
    @Query('map') map?: string,
    @Query('limit') limit?: string,
    @Query('cursor') cursor?: string,
  ): Promise<ErrorPage> {
    return this.store.errors({
      map: map ?? null,
      before: readCursor(cursor),
      limit: readLimit(limit, ERROR_LIMIT),
    });
  }

  @Get('counts')
  async counts(): Promise<{ counts: readonly JournalCount[] }> {
    return { counts: await this.store.counts() };
  }
}
