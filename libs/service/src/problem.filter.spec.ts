import {
  BadRequestException,
  ConflictException,
  ImATeapotException,
  NotFoundException,
} from '@nestjs/common';
import { ID } from './id-pipe';
import { problemOf } from './problem.filter';

describe('problemOf', () => {
  it.each([
    ['words alone', new ConflictException('3 are held, not 2'), 409, 'conflict'],
    [
      'a code of its own',
      new NotFoundException({ code: 'run-unknown', detail: 'No run 7.' }),
      404,
      'run-unknown',
    ],
    ['an error of ours', new Error('secret'), 500, 'internal'],
    ['a status that nobody expects', new ImATeapotException(), 418, 'failed'],
  ])('given %s, then the caller gets a stable code', (_, error, status, code) => {
    expect(problemOf(error)).toMatchObject({ status, code });
  });

  it('given an error of ours, then its words stay with us', () => {
    expect(JSON.stringify(problemOf(new Error('secret')))).not.toContain('secret');
  });

  it('given an id that is none, then the answer says what it must be', async () => {
    const refused = ID.transform('none', { type: 'param' });
    await expect(refused).rejects.toBeInstanceOf(BadRequestException);
    expect(problemOf(await refused.catch((error: unknown) => error))).toMatchObject({
      status: 400,
      code: 'id-invalid',
      detail: expect.stringContaining('UUID'),
    });
  });
});
