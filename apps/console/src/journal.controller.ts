import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import { log } from '@dualwrite/telemetry';
import type { Response } from 'express';
import { AlertingClient } from './alerting-client';
import { RowAnswer } from './api-documents';
import {
  ErrorGroupDocument,
  ErrorGroupsAnswer,
  ErrorGroupStateRequest,
  ErrorsAnswer,
  JournalAnswer,
} from './journal-documents';

type AnyQuery = Readonly<Record<string, unknown>>;

const FILTERS: readonly (readonly [name: string, description: string])[] = [
  ['key', 'Business key, with or without its company, or a native id'],
  ['map', 'Of this map only'],
  ['company', 'Of this company only'],
  ['code', 'With this code only'],
  ['service', 'Said by this service only'],
  ['severity', 'info, warning or error'],
  ['event', 'Of this event only: applied, parked, ...'],
  ['side', 'fo or dataverse'],
  ['group', 'Of this error group only, by its fingerprint'],
  ['trace', 'The whole life of one change, by its trace id'],
  ['since', 'From this moment on, it included'],
  ['until', 'Before this moment'],
];
function Filtered(): MethodDecorator {
  return (target, name, descriptor) => {
    for (const [filter, description] of FILTERS) {
      ApiQuery({ name: filter, required: false, description })(target, name, descriptor);
    }
  };
}

/** What the journal knows; the answers are alerting's own. */
@ApiTags('journal')
@ApiBearerAuth()
@Controller('api/v1')
export class JournalController {
  constructor(private readonly alerting: AlertingClient) {}

  @Get('rows/:idOrKey')
  @ApiOperation({
    summary: 'What happened to a row, oldest first; by business key, native id, pair id or trace id',
  })
  @ApiQuery({ name: 'limit', required: false })
  @ApiOkResponse({ type: RowAnswer })
  row(@Param('idOrKey') idOrKey: string, @Query('limit') limit?: string): Promise<unknown> {
    return this.alerting.get(`rows/${encodeURIComponent(idOrKey)}`, { limit });
  }

  @Get('journal')
  @ApiOperation({ summary: 'Entries of the journal, newest first' })
  @Filtered()
  @ApiQuery({ name: 'limit', required: false })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiOkResponse({ type: JournalAnswer })
  journal(@Query() query: AnyQuery): Promise<unknown> {
    return this.alerting.get('journal', query);
  }

  @Get('journal/stream')
  @ApiOperation({
    summary: 'Entries as they come, as server-sent events; Last-Event-ID goes on after an event',
  })
  @Filtered()
  @ApiProduces('text/event-stream')
  async stream(
    @Query() query: AnyQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const answer = await this.alerting.stream('journal/stream', { query, headers, signal: closed.signal });
    response.status(200).setHeader('content-type', 'text/event-stream; charset=utf-8');
    response.setHeader('cache-control', 'no-store').setHeader('x-accel-buffering', 'no').flushHeaders();
    try {
      await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), response);
    } catch (error) {
      // Either end may go away at any time; the reader asks again, from the last event that it has seen.
      log.debug('console.journal_stream_ended', { error });
    }
  }

  @Get('errors')
  @ApiOperation({ summary: 'What went wrong, newest first' })
  @ApiQuery({ name: 'map', required: false })
  @ApiQuery({ name: 'limit', required: false })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiOkResponse({ type: ErrorsAnswer })
  errors(
    @Query('map') map?: string,
    @Query('limit') limit?: string,
    @Query('cursor') cursor?: string,
  ): Promise<unknown> {
    return this.alerting.get('errors', { map, limit, cursor });
  }

  @Get('error-groups')
  @ApiOperation({ summary: 'What went wrong, grouped by its cause; open groups unless a state is named' })
  @ApiQuery({ name: 'map', required: false })
  @ApiQuery({ name: 'state', required: false, enum: ['open', 'ignored', 'resolved', 'regressed'] })
  @ApiQuery({ name: 'limit', required: false })
  @ApiOkResponse({ type: ErrorGroupsAnswer })
  groups(
    @Query('map') map?: string,
    @Query('state') state?: string,
    @Query('limit') limit?: string,
  ): Promise<unknown> {
    return this.alerting.get('error-groups', { map, state, limit });
  }

  @Get('error-groups/:fingerprint')
  @ApiOperation({ summary: 'One error group, with the count of rows that have it' })
  @ApiOkResponse({ type: ErrorGroupDocument })
  group(@Param('fingerprint') fingerprint: string): Promise<unknown> {
    return this.alerting.get(`error-groups/${encodeURIComponent(fingerprint)}`);
  }

  @Post('error-groups/:fingerprint')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Says that a group is mended or to be ignored; a mended one opens again by itself',
  })
  @ApiOkResponse({ type: ErrorGroupDocument })
  setGroupState(
    @Param('fingerprint') fingerprint: string,
    @Body() body: ErrorGroupStateRequest,
  ): Promise<unknown> {
    return this.alerting.request(`error-groups/${encodeURIComponent(fingerprint)}`, { method: 'POST', body });
  }
}
