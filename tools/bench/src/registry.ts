import type { Bench } from './bench';
import { baselineBench } from './bulk/baseline-bench';
import { catchupBench } from './bulk/catchup-bench';
import { loadBench } from './bulk/load-bench';
import { callsBench } from './calls/calls-bench';
import { conflictsBench } from './conflicts/conflicts-bench';
import { journalBench } from './journal/journal-bench';
import { latencyBench } from './latency/latency-bench';
import { mapperBench } from './mapper/mapper-bench';

/** All benches, in the order in which `all` runs them. */
export const BENCHES: readonly Bench[] = [
  mapperBench,
  latencyBench,
  conflictsBench,
  journalBench,
  baselineBench,
  loadBench,
  catchupBench,
  callsBench,
];
