import { INTENTS_PER_EPOCH, type MapRecord } from '@dualwrite/events';
import { RunEpochs } from './run-epochs';

function aRecord(runEpoch: number, desired: MapRecord['desired'] = 'running'): MapRecord {
  return {
    name: 'm',
    version: 1,
    definition: {},
    desired,
    runEpoch,
    baseline: 1,
    changedAt: '2026-01-01T00:00:00Z',
  };
}
const confirmed = (runs: RunEpochs, nowMs = 0): number[] =>
  runs.confirmable(nowMs).map((one) => one.confirmedRunEpoch);

describe('RunEpochs (rule 12)', () => {
  it('given nothing under way, then a new run is confirmed at once', () => {
    const runs = new RunEpochs();
    runs.take(aRecord(2, 'paused'));
    expect([runs.stateOf('m'), confirmed(runs)]).toEqual([
      { isRunning: false, runEpoch: 2, mapperEpoch: 0 },
      [2],
    ]);
  });

  it('given a map in shadow, then its tables are observed, and none of its writes is carried out', () => {
    const runs = new RunEpochs();
    runs.take(aRecord(2, 'shadow'));
    expect(runs.stateOf('m')).toMatchObject({ isRunning: false });
    expect(runs.baselines()).toEqual({ m: 1 });
  });

  it('given a write of an older run under way, then the run is confirmed only when it has ended', () => {
    const runs = new RunEpochs();
    runs.take(aRecord(1));
    const leave = runs.enter({ map: 'm', runEpoch: 1, intent: 1 });
    runs.take(aRecord(2, 'paused'));
    expect(confirmed(runs)).toEqual([1]);
    leave();
    expect(confirmed(runs)).toEqual([2]);
  });

  it('given a request whose answer was lost, then it counts until it can reach the side no more', () => {
    const runs = new RunEpochs();
    runs.take(aRecord(1));
    runs.enter({ map: 'm', runEpoch: 1, intent: 1 })(1_000);
    runs.take(aRecord(2, 'paused'));
    expect([confirmed(runs, 999), confirmed(runs, 1_000)]).toEqual([[1], [2]]);
  });

  it('given a restored mapper, then its epoch is confirmed when nothing of the older one is under way (rule 24)', () => {
    const runs = new RunEpochs();
    runs.take(aRecord(1));
    runs.takeMapperEpoch(1);
    const leave = runs.enter({ map: 'm', runEpoch: 1, intent: INTENTS_PER_EPOCH + 7 });
    runs.takeMapperEpoch(2);
    expect([runs.confirmableMapperEpoch(0), runs.stateOf('m')?.mapperEpoch]).toEqual([1, 2]);
    leave(1_000);
    expect([runs.confirmableMapperEpoch(999), runs.confirmableMapperEpoch(1_000)]).toEqual([1, 2]);
  });

  it('given a record of an older run, then the newer one stays', () => {
    const runs = new RunEpochs();
    runs.take(aRecord(2));
    runs.take(aRecord(1, 'paused'));
    expect(runs.stateOf('m')).toEqual({ isRunning: true, runEpoch: 2, mapperEpoch: 0 });
  });
});
