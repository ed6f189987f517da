import { usableOf, type BudgetLimits } from './limits';

export interface Load {
  readonly rowCount: number;
  /** Rows that one round of calls carries: 1, or as many as a request for many creates. */
  readonly rowsPerRound: number;
  /** Calls of a round: 1, or with a look behind it 2. */
  readonly callsPerRound: number;
  /** From sending to answer, on average. */
  readonly callMs: number;
}

export interface Means {
  /** Of one user on one server. */
  readonly limits: BudgetLimits;
  readonly userCount: number;
  readonly serverCount: number;
  /** Calls that our replicas make at a time, all together. */
  readonly callCountMax: number;
}

export interface LoadPrediction {
  readonly seconds: number;
  readonly callsPerSecond: number;
  /** What more of would make it faster. */
  readonly limitedBy: 'requests' | 'time' | 'concurrency' | 'connectors';
}

/**
 * How long a load takes under the side's limits, before it is begun. A call that is made counts from its beginning
 * until a window after its end, so what a budget carries is a little less than its limit per window.
 */
export function predictLoad(
  load: Load,
  { limits, userCount, serverCount, callCountMax }: Means,
): LoadPrediction {
  const { requestCountMax, executionMsMax, concurrencyMax, windowMs } = limits;
  const { callMs } = load;
  const budgetCount = userCount * serverCount;
  const rates = {
    requests:
      requestCountMax === null
        ? Infinity
        : (budgetCount * usableOf(requestCountMax, 'bulk')) / (windowMs + callMs),
    time:
      executionMsMax === null
        ? Infinity
        : (budgetCount * usableOf(executionMsMax, 'bulk')) / (windowMs + callMs) / callMs,
    concurrency: (budgetCount * concurrencyMax) / callMs,
    connectors: callCountMax / callMs,
  } as const;
  const names = Object.keys(rates) as (keyof typeof rates)[];
  const limitedBy = names.reduce((slowest, name) => (rates[name] < rates[slowest] ? name : slowest));
  const callCount = Math.ceil(load.rowCount / load.rowsPerRound) * load.callsPerRound;
  return {
    seconds: callCount / rates[limitedBy] / 1_000,
    callsPerSecond: rates[limitedBy] * 1_000,
    limitedBy,
  };
}
