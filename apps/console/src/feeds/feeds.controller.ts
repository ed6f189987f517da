import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { FeedsAnswer } from './feed-documents';
import { FeedsService } from './feeds.service';

@ApiTags('feeds')
@ApiBearerAuth()
@Controller('api/v1')
export class FeedsController {
  constructor(private readonly feeds: FeedsService) {}

  @Get('feeds')
  @ApiOperation({ summary: 'How changes of each table are found: class, reason, time to heal, cost' })
  @ApiOkResponse({ type: FeedsAnswer })
  list(): Promise<FeedsAnswer> {
    return this.feeds.list();
  }
}
