import { BadRequestException, ParseUUIDPipe } from '@nestjs/common';

/** An id within an address. */
export const ID = new ParseUUIDPipe({
  exceptionFactory: () =>
    new BadRequestException({
      code: 'id-invalid',
      detail: 'The id in the address must be a UUID, as lists and answers show it.',
    }),
});
