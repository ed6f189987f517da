import { Controller, Get, Inject } from '@nestjs/common';
import type { FeedReport } from '../feeds/feed-report';
import { FeedRunner } from '../feeds/feed-runner';

/** How this replica finds the changes of the tables that it looks at. */
@Controller('feeds')
export class FeedsController {
  constructor(@Inject(FeedRunner) private readonly feeds: FeedRunner) {}

  @Get()
  list(): { readonly feeds: readonly FeedReport[] } {
    return { feeds: this.feeds.reports() };
  }
}
