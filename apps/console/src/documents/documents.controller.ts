import { Body, Controller, Get, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ID } from '@dualwrite/service';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import type { DocumentAnswer } from './document-answer';
import { DocumentDesk } from './document-desk';
import { DocumentAnswerDocument, DocumentRequest } from './document-documents';
import { DocumentService } from './document-service';

/** Edits of several rows that a caller waits for together. */
@ApiTags('calls')
@ApiBearerAuth()
@Controller('api/v1/documents/calls')
export class DocumentsController {
  constructor(
    private readonly desk: DocumentDesk,
    private readonly documents: DocumentService,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Has the other side take edits of several rows together or not at all, and says what became of them',
  })
  @ApiBody({ type: DocumentRequest })
  @ApiOkResponse({ type: DocumentAnswerDocument })
  call(
    @Body() body: unknown,
    @Headers(TRACEPARENT_HEADER) traceparent: string | undefined,
  ): Promise<DocumentAnswer> {
    return this.desk.call(body, traceparent ?? startChange());
  }

  @Get(':id')
  @ApiOperation({ summary: 'What became of a document' })
  @ApiOkResponse({ type: DocumentAnswerDocument })
  find(@Param('id', ID) id: string): Promise<DocumentAnswer> {
    return this.documents.find(id);
  }
}
