import type { StoreBeat } from '@dualwrite/events';
import { stillAtWork } from './old-runs';

const beat = (store: string, instance: string, confirmedMapperEpoch?: number): StoreBeat => ({
  store,
  service: store,
  instance,
  epoch: 1,
  beat: '1',
  at: '2026-01-01T00:00:00Z',
  ...(confirmedMapperEpoch === undefined ? {} : { confirmedMapperEpoch }),
});
const missing = (...beats: StoreBeat[]) =>
  stillAtWork((store) => beats.filter((one) => one.store === store), 2);

describe('stillAtWork (rule 24)', () => {
  it('given every replica of both connectors in the new epoch, then nobody', () => {
    expect(missing(beat('fo_connector', 'a', 2), beat('dataverse_connector', 'b', 2))).toEqual([]);
  });

  it('given a replica in the old epoch, one that has not heard of any, and no F&O connector, then all three', () => {
    expect(
      missing(
        beat('dataverse_connector', 'a', 1),
        beat('dataverse_connector', 'b'),
        beat('dataverse_connector', 'c', 2),
      ),
    ).toEqual(['fo_connector (no replica is up)', 'dataverse_connector a', 'dataverse_connector b']);
  });
});
