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
import type { PairState } from '@dualwrite/planner';
import { limitOf } from './limit-of';
import { z } from 'zod';
import { PairReader, type PairPage, type ParkedPair } from './pair-reader';
import type { ConflictView } from './conflict-view';
import { PairRelease, type ReleasedRow } from './pair-release';
import type { WaitingPair } from '../waits/wait-store';

/** What is known of pairs, for support and for `dw row`. */
@Controller('maps/:map')
export class PairsController {
  constructor(
    private readonly reader: PairReader,
    private readonly releaser: PairRelease,
  ) {}

  /** By business key (`usmf/US-001`), native id of either side, or pair id. */
  @Get('pairs/:keyOrId')
  async pair(@Param('map') map: string, @Param('keyOrId') keyOrId: string): Promise<{ pairs: PairState[] }> {
    const pairs = await this.reader.find(map, keyOrId);
    if (pairs === undefined) throw new NotFoundException(`There is no running map ${map} here.`);
    if (pairs.length === 0) throw new NotFoundException(`Map ${map} knows no row ${keyOrId}.`);
    return { pairs };
  }

  @Get('pairs')
  async page(
    @Param('map') map: string,
    @Query('after') after?: string,
    @Query('limit') limit?: string,
  ): Promise<PairPage> {
    if (after !== undefined && !PAIR_ID.test(after))
      throw new BadRequestException('after must come from the nextAfter of an earlier answer');
    const page = await this.reader.page(map, { after: after ?? NO_PAIR_ID, limit: limitOf(limit) });
    if (page === undefined) throw new NotFoundException(`There is no running map ${map} here.`);
    return page;
  }

  @Get('waits')
  async waits(
    @Param('map') map: string,
    @Query('limit') limit?: string,
  ): Promise<{ waits: readonly WaitingPair[] }> {
    return { waits: await this.reader.waits(map, limitOf(limit)) };
  }

  @Get('parked')
  async parked(
    @Param('map') map: string,
    @Query('limit') limit?: string,
    @Query('group') group?: string,
  ): Promise<{ parked: readonly ParkedPair[] }> {
    return { parked: await this.reader.parked(map, { limit: limitOf(limit), group }) };
  }

  /** Field by field: what was agreed, and what each side shows now. */
  @Get('conflicts/:keyOrId')
  async conflicts(
    @Param('map') map: string,
    @Param('keyOrId') keyOrId: string,
  ): Promise<{ pairs: readonly ConflictView[] }> {
    const pairs = await this.reader.conflicts(map, keyOrId);
    if (pairs === undefined) throw new NotFoundException(`There is no running map ${map} here.`);
    if (pairs.length === 0) throw new NotFoundException(`Map ${map} knows no row ${keyOrId}.`);
    return { pairs };
  }

  /** A person drops the parks of these rows (rule 21), each named as for `pair`. */
  @Post('release')
  @HttpCode(200)
  async release(@Param('map') map: string, @Body() body: unknown): Promise<{ rows: readonly ReleasedRow[] }> {
    const { rows, choices, ...release } = readRelease(body);
    if (choices && rows.length !== 1) throw new BadRequestException('choices are for one row at a time');
    const released = await this.releaser.release(map, rows, release, choices);
    if (released) return { rows: released };
    throw new ConflictException(`Map ${map} is not running here: nothing can be planned for it now.`);
  }
}

const ROW_COUNT_MAX = 100;
/** A value comes as text, as people write it; empty: none. */
const givenChoice = z.union([
  z.strictObject({ take: z.enum(['fo', 'dataverse']) }),
  z.strictObject({ side: z.enum(['fo', 'dataverse']), value: z.string().max(100_000).nullable() }),
]);
const releaseBody = z.strictObject({
  rows: z.array(z.string().min(1).max(1_000)).min(1).max(ROW_COUNT_MAX),
  winner: z.enum(['fo', 'dataverse']).exactOptional(),
  choices: z.record(z.string().min(1).max(300), givenChoice).exactOptional(),
  reason: z.string().max(1_000).exactOptional(),
});

function readRelease(body: unknown): z.output<typeof releaseBody> {
  const read = releaseBody.safeParse(body);
  if (read.success) return read.data;
  const said = read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new BadRequestException(said.join('; '));
}

const PAIR_ID = /^[0-9a-f-]{36}$/i;
/** Before all others. */
const NO_PAIR_ID = '00000000-0000-0000-0000-000000000000';
