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

  it.each([
    ['it is starting', Object.assign(new Error('the database system is starting up'), { code: '57P03' })],
    ['nobody listens', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['all connections are in use', new Error('timeout exceeded when trying to connect')],
  ])('given a database that is away (%s), then the caller is told to try again', (_, error) => {
    expect(problemOf(error)).toMatchObject({ status: 503, code: 'database-unavailable' });
  });

  it('given a statement that the database refuses, then that is an error of ours', () => {
    const refused = Object.assign(new Error('syntax error'), { code: '42601' });
    expect(problemOf(refused)).toMatchObject({ status: 500, code: 'internal' });
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
