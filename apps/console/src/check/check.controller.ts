import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChecksAnswer } from './check-documents';
import { CheckService } from './check.service';

@ApiTags('checks')
@ApiBearerAuth()
@Controller('api/v1')
export class CheckController {
  constructor(private readonly service: CheckService) {}

  @Post('checks')
  @HttpCode(200)
  @ApiOperation({ summary: 'Looks at both connections: what is wrong, and what a person does about it' })
  @ApiOkResponse({ type: ChecksAnswer })
  async check(): Promise<ChecksAnswer> {
    return { checks: await this.service.check() };
  }
}
