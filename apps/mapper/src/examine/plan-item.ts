import type { Observation } from '@dualwrite/events';
import type { Plan, PlanEvent } from '@dualwrite/planner';
import { changeSpan } from '@dualwrite/telemetry';
import type { Examination } from './examination';
import type { WorkItem } from './work-item';

/** Plans one thing, within the trace that it belongs to. */
export async function planItem(
  examination: Examination,
  map: string,
  item: WorkItem,
): Promise<Plan | undefined> {
  const { traceparent } = item;
  return changeSpan('plan', traceparent, { 'dualwrite.map': map }, (child, span) => {
    const planned = planOne(examination, item, child);
    if (!planned) return undefined;
    if (planned.verdict) span.set({ 'dualwrite.verdict': planned.verdict });
    const failure = planned.journal.find(({ severity }) => severity === 'error');
    if (failure) span.markError(failure.code ?? failure.event);
    return planned;
  });
}

function planOne(examination: Examination, item: WorkItem, traceparent: string): Plan | undefined {
  switch (item.kind) {
    case 'observation':
      return examination.observe(item.observation, traceparent, item.backlog);
    case 'newcomer':
      return examination.expect(item.observation, item.call, traceparent);
    default:
      return examination.again(item.pairId, eventOf(item), traceparent, {
        isBulk: item.kind === 'redrive' && item.isBulk === true,
      });
  }
}

function eventOf(item: Exclude<WorkItem, { observation: Observation }>): PlanEvent {
  switch (item.kind) {
    case 'redrive':
    case 'again':
      return { kind: 'redrive' };
    case 'retry':
      return { kind: 'retry' };
    case 'release':
      return { kind: 'release', ...item.release };
    case 'repair':
      return { kind: 'repair', ...item.repair };
    case 'call':
      return { kind: 'call', call: item.call };
    case 'give-up':
      return { kind: 'give-up', call: item.call };
  }
}
