import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { ErrorGroups, GROUP_STATES, type ErrorGroup } from './error-groups';
import { writeEventStream } from './event-stream';
import { JournalReader, type JournalCount, type JournalPage } from './journal-reader';
import type { JournalStep } from './journal-step';
import { JournalTail } from './journal-tail';
import { readCursor, readFilter, readLimit } from './read-query';

const ROW_LIMIT = { default: 200, max: 1_000 };
const PAGE_LIMIT = { default: 50, max: 500 };
const groupState = z.enum(GROUP_STATES, `must be ${GROUP_STATES.join(', ')}`);
const groupAct = z.strictObject({
  state: groupState.exclude(['regressed']),
  reason: z.string().max(1_000).nullable().default(null),
});

/** What the journal answers: the story of a row, what was searched for, the trouble in groups, the counts; and what comes. */
@Controller('api/v1')
export class JournalController {
  constructor(
    private readonly reader: JournalReader,
    private readonly groups: ErrorGroups,
    private readonly tail: JournalTail,
  ) {}

  @Get('rows/:idOrKey')
  async row(
    @Param('idOrKey') idOrKey: string,
    @Query('limit') limit?: string,
  ): Promise<{ events: readonly JournalStep[] }> {
    return { events: await this.reader.story(idOrKey, readLimit(limit, ROW_LIMIT)) };
  }

  @Get('journal')
  search(@Query() query: Readonly<Record<string, unknown>>): Promise<JournalPage> {
    const page = { after: readCursor(query['cursor']), limit: readLimit(query['limit'], PAGE_LIMIT) };
    return this.reader.search(readFilter(query), page);
  }

  @Get('journal/stream')
  async stream(
    @Query() query: Readonly<Record<string, unknown>>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const filter = readFilter(query);
    if (lastEventId !== undefined && !/^\d{1,18}$/.test(lastEventId)) {
      throw new BadRequestException('Last-Event-ID must be the id of an earlier event');
    }
    const after = lastEventId === undefined ? null : BigInt(lastEventId);
    const leave = this.tail.admit();
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    try {
      await writeEventStream(response, this.tail.follow(filter, { after, signal: closed.signal }));
    } finally {
      leave();
    }
  }

  @Get('errors')
  async errors(
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<{ errors: readonly JournalStep[]; nextCursor: string | null }> {
    const { entries, nextCursor } = await this.search({ ...query, severity: 'error' });
    return { errors: entries, nextCursor };
  }

  @Get('error-groups')
  async errorGroups(
    @Query('map') map?: string,
    @Query('state') state?: string,
    @Query('limit') limit?: string,
  ): Promise<{ groups: readonly ErrorGroup[] }> {
    const groups = await this.groups.list({
      map,
      state: state === undefined ? undefined : groupState.parse(state),
      limit: readLimit(limit, PAGE_LIMIT),
    });
    return { groups };
  }

  @Get('error-groups/:fingerprint')
  async errorGroup(
    @Param('fingerprint') fingerprint: string,
  ): Promise<ErrorGroup & { readonly rowCount: number }> {
    const group = await this.groups.get(fingerprint);
    if (group === null) throw noGroup(fingerprint);
    return group;
  }

  @Post('error-groups/:fingerprint')
  @HttpCode(200)
  async setGroupState(
    @Param('fingerprint') fingerprint: string,
    @Body() body: unknown,
  ): Promise<ErrorGroup & { readonly rowCount: number }> {
    if (!(await this.groups.setState(fingerprint, groupAct.parse(body)))) throw noGroup(fingerprint);
    return this.errorGroup(fingerprint);
  }

  @Get('counts')
  async counts(): Promise<{ counts: readonly JournalCount[] }> {
    return { counts: await this.reader.counts() };
  }
}

function noGroup(fingerprint: string): NotFoundException {
  return new NotFoundException({
    code: 'error-group-unknown',
    detail: `No error group is named ${fingerprint}.`,
  });
}
