import { otherSide, type ObservedRow, type Side } from '@dualwrite/events';
import { remove, wasEdited } from './bury';
import { APPLIED, end, refusal } from './calls';
import type { Draft } from './draft';
import { announceLeaving } from './leaving';
import { areOneLife } from './lives';
import { isMadeByAnother } from './ownership';
import type { PendingCall } from './pair';
import { spread } from './spread';

type Rows = Readonly<Partial<Record<Side, ObservedRow>>>;

/**
 * Plans what a call asks for that makes a row or ends one: the create or the delete of its partner, as if the row were
 * there already, or gone.
 *
 * @returns whether the examination ends with that
 */
export function planRowCall(draft: Draft, live: Rows, dead: Rows): boolean {
  const { call } = draft.pair;
  switch (call?.kind) {
    case 'create':
      return planMaking(draft, call, [live, dead].flatMap(Object.values<ObservedRow>).length > 0);
    case 'delete':
      return planEnding(draft, call, live, dead);
    case undefined:
      return false;
  }
}

function planMaking(draft: Draft, call: PendingCall, isThere: boolean): boolean {
  const { pair, context } = draft;
  const { from, cells, nativeId } = call;
  if (isThere || nativeId === undefined) {
    end(draft, call, refusal('row-there', 'a row with this key is there already: nothing is made'));
    return false;
  }
  if (!context.rules.inScope(from, cells)) {
    end(draft, call, refusal('out-of-scope', 'the map does not serve such a row'));
    return false;
  }
  spread(draft, from, { id: nativeId, version: '', cells }, call.id);
  if (pair.intents.some((intent) => intent.call === call.id)) return true;
  end(draft, call, whyUnmade(draft));
  // Of a row that is nowhere yet: nothing is set aside, nothing waits.
  draft.blocks.length = 0;
  draft.wants.length = 0;
  draft.filteredBy = null;
  draft.rest = 'agreed';
  return true;
}

function whyUnmade({ blocks, wants, rest, context }: Draft): ReturnType<typeof refusal> {
  const [park] = blocks;
  if (park) return refusal(park.code ?? park.reason, park.text ?? park.reason);
  if (rest === 'filtered') return refusal('filtered', 'the map makes no such rows there');
  const [wanted] = wants;
  return wanted
    ? refusal('missing-row', `the row points at ${wanted.table} ${wanted.value}, which is not known yet`)
    : refusal('waiting', `${context.rules.name} has not read all rows of the other side yet`);
}

function planEnding(draft: Draft, call: PendingCall, live: Rows, dead: Rows): boolean {
  const { rules, areDeletesHeld } = draft.context;
  const { from } = call;
  const target = otherSide(from);
  const partner = live[target];
  if (partner === undefined) {
    if (dead[from] === undefined) {
      end(draft, call, refusal('nothing-to-delete', 'the row has no partner'));
      return false;
    }
    // Somebody else has deleted the partner meanwhile.
    announceLeaving(draft, call);
    end(draft, call, APPLIED);
    return false;
  }
  if (call.nativeId !== undefined && call.nativeId !== draft.pair.seen[from].nativeId) {
    end(draft, call, refusal('busy', 'another row went by this key until now; try again in a moment'));
    return false;
  }
  if (live[from] === undefined) {
    end(draft, call, refusal('nothing-to-delete', 'the row is not known any more'));
    return false;
  }
  const [fo, dataverse] = from === 'fo' ? [live[from], partner] : [partner, live[from]];
  if (!areOneLife(draft.pair.lives, fo.id, dataverse.id)) {
    end(draft, call, refusal('busy', 'the two rows of this key have only just met; try again in a moment'));
    return false;
  }
  if (rules.deletes[target] !== 'delete' || isMadeByAnother(draft, target, partner)) {
    end(draft, call, refusal('not-deleted', 'the map does not delete the partner of a deleted row'));
    return false;
  }
  const isEdited = wasEdited(draft, target, partner);
  if (isEdited && rules.deleteVersusEdit !== 'delete') {
    end(
      draft,
      call,
      refusal('conflict', `${target} has changed the row meanwhile; that change is on its way`),
    );
    return false;
  }
  if (areDeletesHeld) {
    end(draft, call, refusal('delete-held', 'the map has deleted more rows than it may'));
    return false;
  }
  remove(draft, target, partner, { isEdited, call: call.id });
  return true;
}
