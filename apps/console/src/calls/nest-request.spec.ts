import { askerOf, replyTo } from './nest-request';

const REPLIES = 'dw.calls.reply';
const headers = {
  kafka_correlationId: 'c1',
  kafka_replyTopic: REPLIES,
  kafka_replyPartition: '7',
};

describe('askerOf', () => {
  it('given the headers of a Nest client, then it is known where the answer goes', () => {
    expect(askerOf({ headers }, REPLIES)).toEqual({ correlationId: 'c1', replyPartition: 7 });
  });

  it.each([
    ['no correlation', { kafka_correlationId: '' }],
    ['another topic to answer on', { kafka_replyTopic: 'dw.fo.CustomersV3.writes' }],
    ['a partition that is none', { kafka_replyPartition: '-1' }],
    ['a partition that is no number', { kafka_replyPartition: 'x' }],
  ])('given %s, then nobody waits', (_, change) => {
    expect(askerOf({ headers: { ...headers, ...change } }, REPLIES)).toBeNull();
  });
});

describe('replyTo', () => {
  const asker = { correlationId: 'c1', replyPartition: 7 };

  it('given an answer, then it is the value', () => {
    expect(replyTo(asker, REPLIES, { value: { outcome: 'applied' } })).toMatchObject({
      topic: REPLIES,
      partition: 7,
      value: Buffer.from('{"outcome":"applied"}'),
      headers: { kafka_correlationId: 'c1', 'kafka_nest-is-disposed': '1' },
    });
  });

  it('given a problem, then it is the error', () => {
    const problem = { type: 'about:blank', title: 'Not Found', status: 404, code: 'not-found' };
    expect(replyTo(asker, REPLIES, { problem }).headers).toMatchObject({
      'kafka_nest-err': JSON.stringify(problem),
    });
  });
});
