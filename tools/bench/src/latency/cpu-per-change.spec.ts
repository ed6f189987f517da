import { cpuMsPerChange } from './cpu-per-change';

describe('processor time per change', () => {
  it('is what each process used in the window, by change, and the sum of all with the load', () => {
    const used = cpuMsPerChange(
      { mapper: 10, kafka: 3 },
      { mapper: 13, kafka: 4 },
      { loadMicroseconds: 500_000, count: 1_000 },
    );
    expect(used).toEqual({ mapper: 3, kafka: 1, load: 0.5, sum: 4.5 });
  });

  it('counts a process that came within the window from its beginning', () => {
    expect(cpuMsPerChange({}, { alerting: 2 }, { loadMicroseconds: 0, count: 100 })).toEqual({
      alerting: 20,
      load: 0,
      sum: 20,
    });
  });
});
