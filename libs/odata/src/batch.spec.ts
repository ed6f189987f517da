import fc from 'fast-check';
import { MalformedBatch, readBatch } from './batch-reader';
import { writeBatch } from './batch-writer';

const CRLF = '\r\n';

describe('readBatch', () => {
  it('given a change set and a read behind it, then it gives their answers in order', () => {
    const body = [
      '--batchresponse_1',
      'Content-Type: multipart/mixed; boundary="changesetresponse_2"',
      '',
      '--changesetresponse_2',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      'Content-ID: 1',
      '',
      'HTTP/1.1 204 No Content',
      'OData-Version: 4.0',
      '',
      '',
      '--changesetresponse_2--',
      '',
      '--batchresponse_1',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      'HTTP/1.1 200 OK',
      'Content-Type: application/json; odata.metadata=minimal',
      '',
      '{"a":"--batchresponse_1 is text here"}',
      '--batchresponse_1--',
      '',
    ];
    const expected = [
      {
        kind: 'change-set',
        replies: [{ kind: 'reply', status: 204, headers: { 'odata-version': '4.0' }, body: '' }],
      },
      { kind: 'single', reply: { status: 200, body: '{"a":"--batchresponse_1 is text here"}' } },
    ];
    expect(readBatch('multipart/mixed; boundary=batchresponse_1', body.join(CRLF))).toMatchObject(expected);
    expect(readBatch('multipart/mixed; boundary="batchresponse_1"', body.join('\n'))).toMatchObject(expected);
  });

  it('given a change set that failed as a whole, then its one part is a single answer', () => {
    const body =
      '--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\n\r\n{"error":{}}\r\n--b--\r\n';
    expect(readBatch('multipart/mixed; boundary=b', body)).toEqual([
      {
        kind: 'single',
        reply: { kind: 'reply', status: 429, headers: { 'retry-after': '5' }, body: '{"error":{}}' },
      },
    ]);
  });

  it.each([
    ['no boundary', 'application/json', '{}'],
    [
      'an end that is missing',
      'multipart/mixed; boundary=b',
      '--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n',
    ],
    [
      'no status line',
      'multipart/mixed; boundary=b',
      '--b\r\nContent-Type: application/http\r\n\r\nhello\r\n--b--',
    ],
  ])('given %s, then it is malformed', (_what, contentType, body) => {
    expect(() => readBatch(contentType, body)).toThrow(MalformedBatch);
  });

  it('given any text, then it reads or says malformed', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('--b', '--b--', '\r\n', '\n', 'HTTP/1.1 200 OK', 'Content-Type: x', ':', 'b'),
        ),
        (words) => {
          try {
            readBatch('multipart/mixed; boundary=b', words.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedBatch);
          }
        },
      ),
    );
  });
});

describe('writeBatch', () => {
  it('given a change set and a read, then lines end in CRLF, parts are numbered and the read ends in a blank line', () => {
    const { contentType, body } = writeBatch(
      [
        [{ method: 'PATCH', url: 'https://x/data/A(1)', headers: { 'if-match': 'W/"1"' }, body: '{}' }],
        { method: 'GET', url: 'https://x/data/A(1)' },
      ],
      'S',
    );
    expect(contentType).toBe('multipart/mixed; boundary=batch_S');
    expect(body).toBe(
      [
        '--batch_S',
        'Content-Type: multipart/mixed; boundary=changeset_1_S',
        '',
        '--changeset_1_S',
        'Content-Type: application/http',
        'Content-Transfer-Encoding: binary',
        'Content-ID: 1',
        '',
        'PATCH https://x/data/A(1) HTTP/1.1',
        'if-match: W/"1"',
        '',
        '{}',
        '--changeset_1_S--',
        '',
        '--batch_S',
        'Content-Type: application/http',
        'Content-Transfer-Encoding: binary',
        '',
        'GET https://x/data/A(1) HTTP/1.1',
        '',
        '',
        '--batch_S--',
        '',
      ].join(CRLF),
    );
  });
});
