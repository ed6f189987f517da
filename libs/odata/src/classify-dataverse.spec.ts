import { classifyDataverse, type DataverseAsked } from './classify-dataverse';
import type { HttpReply } from './http-outcome';

const rowId = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const read: DataverseAsked = { operation: 'read', rowId };
const create: DataverseAsked = { operation: 'create', rowId };
const update: DataverseAsked = { operation: 'update', rowId };

function reply(status: number, code = '', message = 'text', headers: Record<string, string> = {}): HttpReply {
  return { kind: 'reply', status, headers, body: JSON.stringify({ error: { code, message } }) };
}

describe('classifyDataverse', () => {
  it.each([200, 201, 204, 304])('given status %i, then it went well', (status) => {
    expect(classifyDataverse(reply(status), read)).toBeNull();
  });

  it.each([
    [update, '0x80060882', { kind: 'precondition-failed' }],
    [create, '0x80040237', { kind: 'duplicate', key: 'primary' }],
    [create, '0x80060892', { kind: 'duplicate', key: 'alternate' }],
    [update, '0x80060892', { kind: 'duplicate', key: 'alternate' }],
    [create, '0x80040333', { kind: 'duplicate', key: 'alternate' }],
    // Doc samples show an empty code: then the request tells which of the conditions it was.
    [create, '', { kind: 'duplicate', key: 'primary' }],
    [update, '', { kind: 'precondition-failed' }],
  ])('given 412 to %o with code %s, then the code decides: %o', (asked, code, failure) => {
    expect(classifyDataverse(reply(412, code), asked)).toMatchObject(failure);
  });

  it('given 500 with the code of a duplicate, then it is the same as with 412', () => {
    expect(classifyDataverse(reply(500, '0x80040333'), create)).toMatchObject({ kind: 'duplicate' });
  });

  it('given 429, then it is throttled for as long as the side says', () => {
    expect(classifyDataverse(reply(429, '0x80072322', 'x', { 'retry-after': '7' }), update)).toEqual({
      kind: 'throttled',
      error: 'dataverse.throttled-requests',
      retryAfterMs: 7_000,
    });
  });

  it.each([502, 503, 504, 408])('given %i, then nobody knows what became of it', (status) => {
    expect(classifyDataverse({ kind: 'reply', status, headers: {}, body: '<html>' }, update)).toMatchObject({
      kind: 'lost',
    });
  });

  it.each([
    ['0x80040216', {}],
    ['', { 'retry-after': '3' }],
  ])('given 503 of the service itself (%j, %j), then it is away and nothing was done', (code, headers) => {
    expect(classifyDataverse(reply(503, code, 'x', headers), create)).toMatchObject({
      kind: 'unavailable',
      error: 'dataverse.away',
    });
  });

  it('given 503 with a time, then it is away until then', () => {
    expect(classifyDataverse(reply(503, '', 'x', { 'retry-after': '3' }), update)).toMatchObject({
      kind: 'unavailable',
      retryAfterMs: 3_000,
    });
  });

  it('given a missing row, then it is not found; given a missing lookup target, then the write is rejected', () => {
    const own = `account With Id = ${rowId} Does Not Exist`;
    const other = 'contact With Id = 11111111-2222-3333-4444-555555555555 Does Not Exist';
    expect(classifyDataverse(reply(404, '0x80040217', own), update)).toEqual({
      kind: 'not-found',
      error: 'dataverse.row-not-found',
    });
    expect(classifyDataverse(reply(404, '0x80040217', other), update)).toMatchObject({
      kind: 'rejected',
      text: other,
    });
    expect(classifyDataverse(reply(404, '0x80040217', other), create)).toMatchObject({ kind: 'rejected' });
  });

  it.each([
    [500, '0x80044151', 'throttled', 'dataverse.sql-timeout'],
    [500, '0x80044150', 'throttled', 'dataverse.sql-deadlock'],
    [500, '0x80040999', 'rejected', 'dataverse.server-fault'],
    [400, '0x80040265', 'rejected', 'dataverse.plug-in-refused'],
    [400, '0x80044352', 'rejected', 'dataverse.delta-expired'],
    [412, '0x8006088D', 'rejected', 'dataverse.concurrency-not-enabled'],
    [403, '0x80040220', 'refused-caller', 'dataverse.privilege-denied'],
    [401, '', 'refused-caller', 'dataverse.token-refused'],
    [413, '', 'rejected', 'dataverse.too-large'],
    [405, '0x80048999', 'rejected', 'dataverse.refused'],
  ])('given %i with code %s, then it is %s, known as %s', (status, code, kind, error) => {
    expect(classifyDataverse(reply(status, code), update)).toMatchObject({ kind, error });
  });

  it('given a validation error, then it is rejected with the code and text of the side', () => {
    expect(classifyDataverse(reply(400, '0x80044331', 'too long'), update)).toEqual({
      kind: 'rejected',
      error: 'dataverse.text-too-long',
      code: '0x80044331',
      text: 'too long',
    });
  });

  it('given silence, then it depends on whether a connection was made', () => {
    expect(classifyDataverse({ kind: 'silence', mayBeSent: true, text: 'x' }, update)).toMatchObject({
      kind: 'lost',
    });
    expect(classifyDataverse({ kind: 'silence', mayBeSent: false, text: 'x' }, update)).toMatchObject({
      kind: 'unavailable',
    });
  });
});
