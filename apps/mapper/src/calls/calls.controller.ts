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
import { readCall, WAIT_MS_MAX } from './call-body';
import type { Call } from './call-store';
import { Calls, type WriteOfCall } from './calls';

/** Edits that somebody waits for. */
@Controller('maps/:map/calls')
export class CallsController {
  constructor(private readonly calls: Calls) {}

  /** `call: null`: nothing of the edit goes to the other side. */
  @Post()
  @HttpCode(200)
  async make(@Param('map') map: string, @Body() body: unknown): Promise<{ call: Call | null }> {
    const { waitMs, ...asked } = readCall(body);
    const made = await this.calls.make(map, asked, waitMs);
    switch (made.kind) {
      case 'made':
        return { call: made.call };
      case 'nothing-travels':
        return { call: null };
      case 'not-running':
        throw new ConflictException(`Map ${map} is not running here: nothing can be planned for it now.`);
      case 'row-unknown':
        throw new NotFoundException(`Map ${map} knows no row ${asked.row}.`);
      case 'row-ambiguous':
        throw new ConflictException(
          `More than one row of map ${map} goes by ${asked.row}: name it by its id.`,
        );
      case 'id-taken':
        throw new ConflictException(`Another call has the id ${asked.id}: every call needs one of its own.`);
      case 'columns-unknown':
        throw new BadRequestException(
          `cells: of ${asked.side} the map ${map} sends no column ${made.columns.join(', ')}`,
        );
    }
  }

  /** @param wait milliseconds to wait for the end */
  @Get(':id')
  async find(
    @Param('map') map: string,
    @Param('id', ID) id: string,
    @Query('waitMs') wait = '0',
  ): Promise<{ call: Call }> {
    const call = await this.known(map, id);
    const waitMs = Number(wait);
    if (!Number.isInteger(waitMs) || waitMs < 0 || waitMs > WAIT_MS_MAX)
      throw new BadRequestException(`waitMs must be a whole number from 0 to ${WAIT_MS_MAX}`);
    return { call: call.outcome === null && waitMs > 0 ? await this.calls.wait(id, waitMs) : call };
  }

  /** Nobody waits any more, also for a call that is still on its way here. `write`: it is for the executor to say whether this write is stopped. */
  @Post(':id/give-up')
  @HttpCode(200)
  async giveUp(
    @Param('map') map: string,
    @Param('id', ID) id: string,
  ): Promise<{ call: Call; write: WriteOfCall | null }> {
    return this.calls.giveUp(map, id);
  }

  private async known(map: string, id: string): Promise<Call> {
    const call = await this.calls.find(map, id);
    if (call) return call;
    throw new NotFoundException(`Map ${map} knows no call ${id}; calls are kept for 8 days.`);
  }
}
