import type { MapRecord } from '@dualwrite/events';
import { configureLog } from '@dualwrite/telemetry';
import { planMaps } from './planned-map';

describe('maps as a pass of the initial sync looks at them', () => {
  // What it cannot read it says: that is not the matter here.
  beforeAll(() => configureLog({ level: 'silent' }));

  it('are planned once while the records are the same, and anew when one of them changes', () => {
    const record = { name: 'no-map', version: 1, desired: 'running', definition: {} } as unknown as MapRecord;
    const first = planMaps([record]);
    expect(planMaps([record])).toBe(first);
    expect(planMaps([{ ...record, version: 2 }])).not.toBe(first);
    expect(planMaps([])).not.toBe(first);
  });
});
