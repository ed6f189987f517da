import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { COVERAGE_ALL_COMPANIES, type Cells } from '@dualwrite/events';
import { SidePort, type ObservedTable } from '../side-port';
import { z } from 'zod';
import { SchemaCache } from '../tables/schema-cache';
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
    @Inject(SchemaCache) private readonly schemas: SchemaCache,
  ) {}

  /** @param company its code; `-`: rows that have none; absent: all */
  @Get(':table')
  async page(
    @Param('table') name: string,
    @Query('cursor') cursor?: string,
    @Query('limit') limit?: string,
    @Query('columns') columns?: string,
    @Query('company') company?: string,
  ): Promise<RowsPage> {
    const table = await this.table(name, columns?.split(','));
    const { rows, nextCursor } = await this.side.chunk(table, {
      company: company ?? COVERAGE_ALL_COMPANIES,
      cursor: cursor ?? null,
      rowCountMax: limitOf(limit),
    });
    return {
      rows: rows.map(({ nativeId, row: { version, cells } }) => ({ nativeId, version, cells })),
      nextCursor,
    };
  }

  /** Those of the rows that are there. */
  @Post(':table')
  @HttpCode(200)
  async byIds(@Param('table') name: string, @Body() body: unknown): Promise<RowsPage> {
    const { nativeIds, columns } = readBody(body);
    const table = await this.table(name, columns);
    const found = await this.side.readRows(table, nativeIds);
    return {
      rows: [...found].flatMap(([nativeId, row]) =>
        row === null ? [] : [{ nativeId, version: row.version, cells: row.cells }],
      ),
      nextCursor: null,
    };
  }

  /** @param columns absent: those that the maps that run here want */
  private async table(name: string, columns: readonly string[] | undefined): Promise<ObservedTable> {
    if (columns === undefined) {
      const table = this.tables.find(name);
      if (table !== undefined) return table;
      throw new NotFoundException(`No map that runs here wants the table ${name}.`);
    }
    const schema = await this.schemas.find(name, columns);
    if (schema === undefined) throw new NotFoundException(`The side has no table ${name}.`);
    const missing = columns.filter((column) => !schema.columns.has(column));
    if (missing.length > 0)
      throw new BadRequestException(`The table ${name} has no column ${missing.join(', ')}.`);
    const wanted = [...new Set([...schema.key, ...columns])];
    return { schema, table: name, columns: wanted, kind: 'mapped', columnSet: '' };
  }
}

const ID_COUNT_MAX = 500;
const COLUMN_COUNT_MAX = 1_000;
const lookBody = z.strictObject({
  nativeIds: z.array(z.string().min(1).max(1_000)).min(1).max(ID_COUNT_MAX),
  columns: z.array(z.string().min(1).max(200)).min(1).max(COLUMN_COUNT_MAX).exactOptional(),
});

function readBody(body: unknown): z.output<typeof lookBody> {
  const read = lookBody.safeParse(body);
  if (read.success) return read.data;
  const said = read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new BadRequestException(said.join('; '));
}

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? LIMIT.default);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT.max) return limit;
  throw new BadRequestException(`limit must be a whole number from 1 to ${LIMIT.max}`);
}
