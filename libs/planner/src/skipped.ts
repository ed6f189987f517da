import { planBacklog, type Surroundings } from './backlog';
import type { PairState } from './pair';
import type { Plan, PlanEvent } from './plan';

/**
 * What is seen of rows that are not to travel for what they were. Rows that were there before a start without initial
 * sync, and have not met, are remembered as such until they do, or until it is known that one of them is alone: then it
 * stays alone. What the two show when they meet is taken for agreed.
 */
export function planPast(
  pair: PairState,
  event: Extract<PlanEvent, { kind: 'observation' | 'redrive' }>,
  at: Surroundings,
): Plan {
  const { mode, context, planNow } = at;
  if (mode === 'hold' || mode === 'discard') return planBacklog(pair, event, at);
  if (haveMet(pair)) {
    const met = pair.past ? { ...pair, past: undefined } : pair;
    // Read while the sides are read for the first time: what was changed since they met travels, whoever noticed it.
    return mode === 'skip' && !pair.past ? planBacklog(met, event, at) : planNow(met, event, context);
  }
  const tried = planNow(pair, event, context);
  const { fo, dataverse } = tried.pair.seen;
  const waitsForPartner = tried.verdict === 'waiting' && (fo.row === null || dataverse.row === null);
  const planned = waitsForPartner || context.isCatchingUp ? tried : planBacklog(pair, event, at);
  const isOver = haveMet(planned.pair) || planned.verdict === 'filtered';
  return { ...planned, pair: { ...planned.pair, past: isOver ? undefined : true } };
}

function haveMet({ base }: Pick<PairState, 'base'>): boolean {
  return Object.keys(base).length > 0;
}
