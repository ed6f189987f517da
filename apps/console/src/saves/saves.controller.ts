import {
  BadRequestException,
  Body,
  Controller,
  Headers,
  HttpCode,
  Inject,
  Post,
  Query,
  UnauthorizedException,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OpenRoute, showsKey } from '@dualwrite/service';
import { problem } from '../problems';
import { readContext, readFoSave, type AskedSave, type UnaskedSave } from './asked-save';
import { SaveService } from './save-service';

/** Injection token: the secrets that a side may show. */
export const SAVE_KEYS = Symbol('console.save-keys');
export const SAVES_PATH = '/saves/';

/** A synchronous step has two minutes in all, a webhook one. */
const DEADLINE_MS = { default: 10_000, min: 500, max: 100_000 };

/**
 * Where a side asks before it saves. Any answer but 2xx ends the save: 409 with the reason, never 502 to 504, which
 * Dataverse would ask again.
 */
@ApiExcludeController()
@OpenRoute()
@Controller('saves')
export class SavesController {
  constructor(
    private readonly saves: SaveService,
    @Inject(SAVE_KEYS) private readonly keys: readonly string[],
  ) {}

  /** Guarded by its own secret: the sender cannot be given our API token. */
  @Post('dataverse')
  @HttpCode(200)
  dataverse(
    @Body() body: unknown,
    @Headers('x-dualwrite-key') header?: string,
    @Query('code') code?: string,
    @Query('deadlineMs') deadline?: string,
  ): Promise<{ readonly code: string; readonly text: string }> {
    this.admit([header, code]);
    return this.answer(readContext(bytesOf(body)), deadline);
  }

  @Post('fo')
  @HttpCode(200)
  fo(
    @Body() body: unknown,
    @Headers('x-dualwrite-key') header?: string,
    @Query('deadlineMs') deadline?: string,
  ): Promise<{ readonly code: string; readonly text: string }> {
    this.admit([header]);
    return this.answer(readFoSave(bytesOf(body)), deadline);
  }

  private admit(shown: readonly unknown[]): void {
    if (!showsKey(this.keys, shown))
      throw new UnauthorizedException('This needs the key for saves, in the header x-dualwrite-key.');
  }

  private async answer(
    save: AskedSave | UnaskedSave,
    deadline: string | undefined,
  ): Promise<{ readonly code: string; readonly text: string }> {
    if (save === 'not-asked-about')
      return { code: save, text: 'Only creates, updates and deletes are asked about.' };
    if (save === 'without-id')
      return { code: save, text: 'The new row has no id yet: register the step for PostOperation.' };
    // Over 256 KiB Dataverse leaves out what is saved: there is nothing to ask about.
    if (save === 'without-values') return { code: save, text: 'The save came without its values.' };
    if (typeof save === 'string') throw new BadRequestException(`The body is no save: ${save}.`);
    const { isLetThrough, code, text } = await this.saves.ask(save, { deadlineMs: deadlineOf(deadline) });
    if (isLetThrough) return { code, text };
    throw problem(409, code, 'The save is refused', { detail: text });
  }
}

function bytesOf(body: unknown): Uint8Array {
  return Buffer.isBuffer(body) ? body : new Uint8Array();
}

function deadlineOf(text: string | undefined): number {
  const deadlineMs = Number(text ?? DEADLINE_MS.default);
  if (Number.isInteger(deadlineMs) && deadlineMs >= DEADLINE_MS.min && deadlineMs <= DEADLINE_MS.max)
    return deadlineMs;
  throw new BadRequestException(
    `deadlineMs must be a whole number from ${DEADLINE_MS.min} to ${DEADLINE_MS.max}`,
  );
}
