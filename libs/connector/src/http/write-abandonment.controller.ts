import { BadRequestException, Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { z } from 'zod';
import { WriteAbandoner } from '../writes/write-abandoner';

const ID_LENGTH_MAX = 1_000;
const id = z.string().min(1).max(ID_LENGTH_MAX);
const abandonBody = z.strictObject({
  table: id,
  nativeId: id,
  id,
  pairId: id,
  intent: z.number().int().positive(),
});

/** Where the console says that nobody waits for a write any more. */
@Controller('writes')
export class WriteAbandonmentController {
  constructor(@Inject(WriteAbandoner) private readonly abandoner: WriteAbandoner) {}

  /** `abandoned`: it was not sent and never will be; `begun`: it may have been; `ended`: its answer is known. */
  @Post('abandon')
  @HttpCode(200)
  async abandon(
    @Body() body: unknown,
    @Headers(TRACEPARENT_HEADER) traceparent?: string,
  ): Promise<{ readonly outcome: string }> {
    const read = abandonBody.safeParse(body);
    if (!read.success) {
      const said = read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
      throw new BadRequestException(said.join('; '));
    }
    return { outcome: await this.abandoner.abandon(read.data, traceparent ?? startChange()) };
  }
}
