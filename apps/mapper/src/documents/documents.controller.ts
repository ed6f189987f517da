import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { ID } from '@dualwrite/service';
import { WAIT_MS_MAX } from '../calls/call-body';
import type { WriteOfCall } from '../calls/calls';
import { readDocument } from './document-body';
import type { DocumentState } from './document-state';
import { Documents } from './documents';

/** Edits of several rows that somebody waits for together. */
@Controller('documents')
export class DocumentsController {
  constructor(private readonly documents: Documents) {}

  @Post()
  @HttpCode(200)
  async make(@Body() body: unknown): Promise<{ document: DocumentState }> {
    const { waitMs, ...asked } = readDocument(body);
    const document = await this.documents.make(asked, waitMs);
    if (document) return { document };
    throw new ConflictException(
      `Another document has the id ${asked.id}: every document needs one of its own.`,
    );
  }

  /** @param wait milliseconds to wait for the end */
  @Get(':id')
  async find(@Param('id', ID) id: string, @Query('waitMs') wait = '0'): Promise<{ document: DocumentState }> {
    const waitMs = Number(wait);
    if (!Number.isInteger(waitMs) || waitMs < 0 || waitMs > WAIT_MS_MAX)
      throw new BadRequestException(`waitMs must be a whole number from 0 to ${WAIT_MS_MAX}`);
    return { document: known(id, await this.documents.wait(id, waitMs)) };
  }

  /** Nobody waits any more, also for a document that is still on its way here. `write`: its executor alone can stop it. */
  @Post(':id/give-up')
  @HttpCode(200)
  async giveUp(@Param('id', ID) id: string): Promise<{ document: DocumentState; write: WriteOfCall | null }> {
    return known(id, await this.documents.giveUp(id, 'fo'));
  }
}

function known<T>(id: string, found: T | undefined): T {
  if (found !== undefined) return found;
  throw new NotFoundException(`There is no document ${id}; documents are kept for 8 days.`);
}
