import type { InternalClient } from '@dualwrite/service';
import type { StoredDocument } from './document-answer';
import { DocumentService, type DocumentOrder } from './document-service';

const write = { side: 'fo', table: 'T', nativeId: 'R', id: 'p:1', pairId: 'p', intent: 1 };
const order: DocumentOrder = {
  id: '11111111-1111-4111-8111-111111111111',
  from: 'dataverse',
  parts: [{ map: 'm', kind: 'update', row: 'usmf/1', cells: { name: 'A' }, saw: {} }],
  deadlineMs: 300,
  savedWithinMs: null,
  traceparent: '',
};
const stored = (given: Partial<StoredDocument> = {}): StoredDocument => ({
  ...{ id: order.id, side: 'dataverse', outcome: null, by: null, part: null, code: null, text: null },
  parts: [{ map: 'm', kind: 'update', row: 'usmf/1', shown: null }],
  ...given,
});

function aService(
  mapper: (path: string) => object,
  stopped: string,
): { service: DocumentService; asked: string[] } {
  const asked: string[] = [];
  const connector = {
    request: (path: string) => {
      asked.push(path);
      return Promise.resolve({ outcome: stopped });
    },
  } as unknown as InternalClient;
  const over = (path: string): Promise<never> => {
    asked.push(path.replace(order.id, 'ID').replace(/\?.*/, ''));
    return Promise.resolve(mapper(path) as never);
  };
  const parts = { mapper: { over }, connectors: { fo: connector, dataverse: connector } };
  return { service: new DocumentService(parts as never), asked };
}

const neverEnds = (path: string): object =>
  path.endsWith('/give-up') ? { document: stored(), write } : { document: stored() };

describe('given a caller who waits for a document', () => {
  it('when it ends in time, then he has its end', async () => {
    const shown = [{ map: 'm', kind: 'update', row: 'usmf/1', shown: { Name: 'A' } }];
    const { service } = aService(() => ({ document: stored({ outcome: 'applied', parts: shown }) }), 'begun');
    expect(await service.call(order)).toMatchObject({
      outcome: 'applied',
      isFinal: true,
      from: 'dataverse',
      parts: [{ target: { Name: 'A' } }],
    });
  });

  it('when the executor stops it, then it is abandoned for good, and the mapper was asked first', async () => {
    const { service, asked } = aService(neverEnds, 'abandoned');
    expect(await service.call(order)).toMatchObject({ outcome: 'abandoned', isFinal: true });
    expect(asked.slice(-2)).toEqual(['documents/ID/give-up', '/writes/abandon']);
  });

  it('when it has begun, then nobody knows yet', async () => {
    const { service } = aService(neverEnds, 'begun');
    expect(await service.call(order)).toMatchObject({ outcome: 'in-doubt', isFinal: false });
  });

  it('when it has ended meanwhile, then its end is asked for', async () => {
    let hasEnded = false;
    const { service } = aService((path) => {
      if (path.endsWith('/give-up')) {
        hasEnded = true;
        return { document: stored(), write };
      }
      const end = hasEnded
        ? ({ outcome: 'rejected', by: 'fo', code: 'E', text: 'no', part: 0 } as const)
        : {};
      return { document: stored(end) };
    }, 'ended');
    expect(await service.call(order)).toMatchObject({ outcome: 'rejected', by: 'fo', part: 0, text: 'no' });
  });
});
