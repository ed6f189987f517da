import { Gauges } from '@dualwrite/service';
import { SideGauges } from './side-gauges';
import type { SidePort } from './side-port';

describe('SideGauges', () => {
  const told = (side: object): Readonly<Record<string, number>> => {
    const gauges = new Gauges();
    new SideGauges(gauges, side as SidePort).onModuleInit();
    return gauges.read();
  };

  it('given a token and budgets, then both are told', () => {
    const budgets = { usedPercent: () => 42 };
    expect(told({ tokenRenewedAtMs: 1_000, budgets })).toEqual({
      'token-since-ms': 1_000,
      'api-budget-percent': 42,
    });
  });

  it('given a side that nobody has asked yet, then nothing is told', () => {
    expect(told({ tokenRenewedAtMs: null, budgets: { usedPercent: () => null } })).toEqual({});
    expect(told({ tokenRenewedAtMs: null, budgets: null })).toEqual({});
  });
});
