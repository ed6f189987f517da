import { SideUnavailable } from './errors';
import { configureLog, log } from './log';

describe('log', () => {
  const lines: Record<string, unknown>[] = [];
  beforeAll(() =>
    configureLog({ level: 'info', bound: { service: 's' }, write: (line) => lines.push(JSON.parse(line)) }),
  );
  beforeEach(() => (lines.length = 0));

  it('given fields, then one JSON line holds them beside event, level and service', () => {
    log.info('change.parked', { offset: 5n, tables: new Set(['a']) });
    log.debug('change.seen');
    expect(lines).toEqual([
      {
        at: expect.any(String),
        level: 'info',
        event: 'change.parked',
        service: 's',
        offset: '5',
        tables: ['a'],
      },
    ]);
  });

  it('given an error, then its code, details and cause are there', () => {
    const cause = new Error('ECONNRESET');
    log.warn('side.away', { error: new SideUnavailable('503', 5, { side: 'fo' }, { cause }) });
    expect(lines[0]?.['error']).toMatchObject({
      name: 'SideUnavailable',
      code: 'side-unavailable',
      retryable: true,
      details: { side: 'fo' },
      cause: { message: 'ECONNRESET' },
    });
  });
});
