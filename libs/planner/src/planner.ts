import { SIDES } from '@dualwrite/events';
import { absorb } from './absorb';
import { dropOverdue, noticeNews } from './announced';
import { giveUp, refuseUnplanned, takeCall } from './calls';
import { planPast } from './skipped';
import { choose } from './choices';
import { conclude } from './conclude';
import { decide } from './decide';
import { Draft } from './draft';
import { send } from './intents';
import { dropLeft, isLeftBehind } from './leaving';
import { isOutdated } from './outdated';
import type { PairState, ParkReason } from './pair';
import type { Plan, PlanContext, PlanEvent } from './plan';
import { forgetAgreement } from './repair';
import { decideInShadow } from './shadow';

/**
 * The heart: what was seen comes in, conditional writes come out. Pure: no I/O, no clock, no random; the same arguments
 * give the same plan. Rules are quoted by their number in the protocol's specification (design/model).
 *
 * The pair is read and stored under its lock, in one transaction with the observation's position and all that goes out.
 */
export function plan(pair: PairState, event: PlanEvent, context: PlanContext): Plan {
  const { backlog, ...now } = context;
  // What a person asks for is done, whatever came meanwhile.
  const isOfBacklog = event.kind === 'observation' || event.kind === 'redrive';
  const mode = backlog ?? (pair.past ? 'skip' : undefined);
  return mode === undefined || !isOfBacklog
    ? planNow(pair, event, now)
    : planPast(pair, event, { context: now, mode, planNow });
}

function planNow(pair: PairState, event: PlanEvent, context: PlanContext): Plan {
  const draft = new Draft(pair, context);
  let isAgain = event.kind === 'redrive';
  if (event.kind === 'observation') {
    const absorbed = absorb(draft, event.observation);
    if (absorbed === 'old') return nothing(pair);
    isAgain = absorbed === 'again';
    noticeNews(draft);
  }
  dropOverdue(draft);
  dropLeft(draft);
  if (event.kind === 'call') takeCall(draft, event.call);
  if (event.kind === 'give-up') giveUp(draft, event.call);
  if (context.isCatchingUp) {
    // Rule 24: taken in, not planned.
    draft.rest = 'pending';
    if (event.kind === 'call') refuseUnplanned(draft, 'catching-up');
    return conclude(draft, { isAgain });
  }
  if (event.kind === 'redrive') {
    // Rule 22: what is unanswered is sent again, what is unread is read.
    // In shadow nothing is sent again either: what an earlier run has sent is withheld, and answered so.
    if (!context.isShadow) for (const intent of pair.intents) send(draft, intent);
    for (const side of ['fo', 'dataverse'] as const) {
      const seen = pair.seen[side];
      const isUnread = seen.presence === 'unread' || isOutdated(draft, side);
      if (isUnread && seen.nativeId !== null && !draft.reads.includes(side)) draft.reads.push(side);
    }
  }
  draft.looksAgain = event.kind !== 'observation' || pair.looksAgain === true;
  if (event.kind === 'repair') forgetAgreement(draft, event.fields);
  if (event.kind === 'retry') draft.pair.parks = pair.parks.filter(({ reason }) => !RETRYABLE.has(reason));
  if (event.kind === 'release') {
    release(draft, event.winner ?? null, event.reason ?? null);
    if (event.choices) choose(draft, event.choices);
  }
  if (context.isShadow) {
    if (event.kind === 'call') refuseUnplanned(draft, 'shadow');
    decideInShadow(draft, event.kind === 'redrive');
  } else decide(draft, event.kind === 'redrive');
  if (draft.rest !== 'pending') refuseUnplanned(draft);
  return conclude(draft, { isAgain });
}

/** Refused by the target for a reason that may have gone by now, though neither row has moved. */
const RETRYABLE: ReadonlySet<ParkReason> = new Set<ParkReason>(['rejected', 'key-taken']);

/** A person takes the responsibility: what was in doubt is decided by what is seen (rule 21). */
function release(draft: Draft, winner: Draft['winner'], reason: string | null): void {
  draft.isReleased = true;
  draft.note('released', { side: winner, code: draft.old.parks[0]?.reason ?? null, text: reason });
  draft.pair.parks = [];
  if (draft.pair.held) draft.pair.held = undefined;
  if (draft.pair.past) draft.pair.past = undefined;
  if (isLeftBehind(draft)) draft.pair.leaving = undefined;
  draft.pair.maybe = null;
  draft.pair.restored = false;
  draft.pair.forgotten = false;
  // Released, a row that was left alone is the map's again, and gets a partner.
  if (SIDES.some((side) => draft.old.unlinked[side] !== null)) {
    draft.pair.unlinked = { fo: null, dataverse: null };
  }
  draft.winner = winner;
}

function nothing(pair: PairState): Plan {
  return { pair, writes: [], reads: [], journal: [], verdict: null, isRowForeign: false, calls: [] };
}
