import {
  BadRequestException,
  Controller,
  Get,
  Inject,
  NotFoundException,
  Param,
  Query,
} from '@nestjs/common';
import { COVERAGE_ALL_COMPANIES, type Cells } from '@dualwrite/events';
import { SidePort } from '../side-port';
import { TrackedTables } from '../tables/tracked-tables';

/** A row as the side shows it at this moment, in the form of an observation's. */
export interface RowNow {
  readonly nativeId: string;
  readonly version: string;
  readonly cells: Cells;
}

export interface RowsPage {
  readonly rows: readonly RowNow[];
  /** Opaque; null: that was the last page. */
  readonly nextCursor: string | null;
}

const LIMIT = { default: 1_000, max: 5_000 };

/** A table read past the register, page by page: for whoever wants to know whether the register tells the truth. */
@Controller('rows')
export class RowsController {
  constructor(
    @Inject(SidePort) private readonly side: SidePort,
    @Inject(TrackedTables) private readonly tables: TrackedTables,
  ) {}

  @Get(':table')
  async page(
    @Param('table') name: string,
    @Query('cursor') cursor?: string,
    @Query('limit') limit?: string,
  ): Promise<RowsPage> {
    const table = this.tables.find(name);
    if (table === undefined) throw new NotFoundException(`No map that runs here wants the table ${name}.`);
    const { rows, nextCursor } = await this.side.chunk(table, {
      company: COVERAGE_ALL_COMPANIES,
      cursor: cursor ?? null,
      rowCountMax: limitOf(limit),
    });
    return {
      rows: rows.map(({ nativeId, row: { version, cells } }) => ({ nativeId, version, cells })),
      nextCursor,
    };
  }
}

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? LIMIT.default);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT.max) return limit;
  throw new BadRequestException(`limit must be a whole number from 1 to ${LIMIT.max}`);
}
