import { Controller, Get, Query } from '@nestjs/common';
import { WaitReader } from '../waits/wait-reader';
import type { WaitNode } from '../waits/wait-graph';
import { limitOf } from './limit-of';

/** What rows wait for, over all maps. */
@Controller('waits')
export class WaitsController {
  constructor(private readonly reader: WaitReader) {}

  @Get()
  async graph(
    @Query('map') map?: string,
    @Query('table') table?: string,
    @Query('limit') limit?: string,
  ): Promise<{ waits: readonly WaitNode[] }> {
    return { waits: await this.reader.graph({ map, table, limit: limitOf(limit) }) };
  }
}
