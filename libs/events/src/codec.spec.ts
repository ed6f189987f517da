import { decodeMessage, encodeMessage, UndecodableMessage } from './codec';
import type { MapRecord } from './map-record';
import type { Observation } from './observation';
import type { MapStatus } from './status';

const observation: Observation = {
  side: 'fo',
  table: 'CustomersV3',
  nativeId: 'usmf|US-001',
  revision: { epoch: 1, n: '9007199254740993' },
  presence: 'present',
  row: {
    id: 'usmf|US-001#1.7',
    version: 'W/"JzEsMSc="',
    cells: { CreditLimit: '123456789012.3456', IsOneTimeCustomer: 'No' },
  },
  gone: [],
  origins: {},
  results: { 'p1:3': { outcome: 'applied' } },
  last: { p1: 3 },
  columnSet: 'abc',
  via: 'feed',
  observedAt: '2026-11-23T08:00:00.000Z',
};

describe('codec', () => {
  it('given an encoded message, when it is decoded, then it is the same', () => {
    const encoded = encodeMessage('observation', observation);
    expect(decodeMessage(encoded, 'observation', 'coverage')).toEqual({
      contract: 'observation',
      message: observation,
    });
  });

  it('given a map that was resumed and serves some companies, and a mapper that has taken it over, then all is kept', () => {
    const map: MapRecord = {
      ...{ name: 'm', version: 1, definition: {}, desired: 'running', runEpoch: 3, baseline: 1 },
      backlog: { mode: 'hold', ends: { 'dw.fo.T.observations': ['9007199254740993', '0'] } },
      skip: { ends: { 'dw.fo.T.observations': ['7'] } },
      companies: { only: ['usmf'], except: ['frrt'] },
      changedAt: '2026-11-23T08:00:00.000Z',
    };
    expect(decodeMessage(encodeMessage('map', map), 'map').message).toEqual(map);
    const status: MapStatus = {
      ...{ kind: 'map', service: 'mapper', instance: 'a', map: 'm', state: 'running', health: 'healthy' },
      ...{ confirmedRunEpoch: 3, changedAt: map.changedAt, lagMs: 0, lagCount: 0, at: map.changedAt },
    };
    expect(decodeMessage(encodeMessage('status', status), 'status').message).toEqual(status);
  });

  it.each([
    ['no value', { value: null, headers: { contract: 'write', version: '1' } }, 'no value'],
    ['not JSON', { value: Buffer.from('{'), headers: { contract: 'write', version: '1' } }, 'not JSON'],
    ['another contract', encodeMessage('observation', observation), 'expected write'],
    [
      'a newer version',
      { value: Buffer.from('{}'), headers: { contract: 'write', version: '2' } },
      'reads up to 1',
    ],
    [
      'a missing member',
      { value: Buffer.from('{}'), headers: { contract: 'write', version: '1' } },
      'must have required property',
    ],
    [
      'a member of the wrong type',
      {
        value: Buffer.from(JSON.stringify({ ...observation, table: 5 })),
        headers: { contract: 'write', version: '1' },
      },
      'write',
    ],
  ])('given %s, then it is refused and says why', (_, message, words) => {
    const decode = () => decodeMessage(message, 'write');
    expect(decode).toThrow(UndecodableMessage);
    expect(decode).toThrow(words);
  });
});
