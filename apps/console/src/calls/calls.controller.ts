import { Body, Controller, Get, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ID } from '@dualwrite/service';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { MapsService } from '../maps.service';
import { CallAnswerDocument, CallRequest } from './call-documents';
import { CallDesk } from './call-desk';
import { CallService } from './call-service';
import type { CallAnswer } from './call-answer';

/** Edits that a caller waits for. */
@ApiTags('calls')
@ApiBearerAuth()
@Controller('api/v1/maps/:name/calls')
export class CallsController {
  constructor(
    private readonly desk: CallDesk,
    private readonly calls: CallService,
    private readonly maps: MapsService,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Has the other side take an edit of one row, and says before the deadline what became of it',
  })
  @ApiBody({ type: CallRequest })
  @ApiOkResponse({ type: CallAnswerDocument })
  call(
    @Param('name') name: string,
    @Body() body: unknown,
    @Headers(TRACEPARENT_HEADER) traceparent: string | undefined,
  ): Promise<CallAnswer> {
    return this.desk.call(name, body, traceparent ?? startChange());
  }

  @Get(':id')
  @ApiOperation({ summary: 'What became of a call' })
  @ApiOkResponse({ type: CallAnswerDocument })
  async find(@Param('name') name: string, @Param('id', ID) id: string): Promise<CallAnswer> {
    await this.maps.get(name);
    return this.calls.find(name, id);
  }
}
