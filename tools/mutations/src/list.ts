/** A bug made by hand: one search and replace, which a fast test must notice. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

const PLANNER = 'libs/planner/src';
const CORE = 'libs/connector/src/core';

/** Bugs in the planner, in what the register believes, and in what the executor sends. */
export const MUTATIONS: readonly Mutation[] = [
  // ---- the planner ----
  bug(
    'an old observation is taken for a new one',
    `${PLANNER}/absorb.ts`,
    "if (order < 0) return 'old';",
    '',
  ),
  bug(
    'ended ids that an observation names are ignored',
    `${PLANNER}/absorb.ts`,
    'for (const id of observation.gone) draft.pair.lives = withEnded(draft.pair.lives, side, id);',
    '',
  ),
  bug(
    'a row that we made is not tied to its source',
    `${PLANNER}/absorb.ts`,
    'if (!isCut(draft.pair.cuts, ids)) draft.pair.lives = withJoined(draft.pair.lives, ids);',
    '',
  ),
  bug(
    'a second row takes the place of the first',
    `${PLANNER}/absorb.ts`,
    'draft.pair.seen[side].row === null &&',
    '',
  ),
  bug(
    'a restored register without ids cannot tell a row from the one before it',
    `${PLANNER}/absorb.ts`,
    "isRestored && !observation.gone.includes(before.row?.id ?? '')",
    'isRestored',
  ),
  bug(
    'a row that a restored register gives another id is another row',
    `${PLANNER}/absorb.ts`,
    'rename(draft, side, before.row.id, row.id);',
    '',
  ),
  bug(
    'a second row takes the place of one whose partner is being made',
    `${PLANNER}/absorb.ts`,
    'return isAsked || isNewcomerAwaited({ pair }, side);',
    'return isNewcomerAwaited({ pair }, side);',
  ),
  bug('a write that was overtaken is waited for', `${PLANNER}/settle.ts`, 'if (isClosed) return null;', ''),
  bug(
    'a write whose version is gone is waited for',
    `${PLANNER}/settle.ts`,
    "return hasMoved && intent.kind !== 'create' ? null : intent;",
    'return intent;',
  ),
  bug(
    'the marks of a restored register are believed',
    `${PLANNER}/settle.ts`,
    "if (outcome !== 'applied') outcome = 'in-doubt';",
    '',
  ),
  bug(
    'an applied write teaches nothing',
    `${PLANNER}/settle.ts`,
    'draft.answeredApplied = true;\n      learnApplied(draft, intent);',
    'draft.answeredApplied = true;',
  ),
  bug(
    'an update of which only some fields show is taken as carried out',
    `${PLANNER}/judge.ts`,
    "else if (isSomeUntouched) doubt(draft, intent, 'write-in-doubt');",
    '',
  ),
  bug(
    'a row is taken for ours though one ended unexplained',
    `${PLANNER}/judge.ts`,
    '&&\n    !hasUnexplainedEnd(draft.pair.lives, target)',
    '',
  ),
  bug(
    'a delete in doubt is taken as refused',
    `${PLANNER}/judge.ts`,
    "doubt(draft, intent, 'delete-in-doubt', { isSourceNamed: false });",
    '',
  ),
  bug(
    'two rounds at a time',
    `${PLANNER}/decide.ts`,
    'if (pair.intents.length > 0) {',
    'if (pair.intents.length > 1) {',
  ),
  bug(
    'a row is made anew while its dead predecessor is there',
    `${PLANNER}/decide.ts`,
    'if (!row || dead[otherSide(side)]) continue;',
    'if (!row) continue;',
  ),
  bug(
    'the value that did not change travels',
    `${PLANNER}/compare.ts`,
    "if (!changed.dataverse) return { travel: 'fo', lost: null };",
    "if (!changed.dataverse) return { travel: 'dataverse', lost: null };",
  ),
  bug(
    'the loser of a conflict is not named',
    `${PLANNER}/compare.ts`,
    'return { travel: from, lost: otherSide(from) };',
    'return { travel: from, lost: null };',
  ),
  bug(
    'rows that agree do not become one life',
    `${PLANNER}/merge.ts`,
    'pair.lives = withJoined(pair.lives, { fo: live.fo.id, dataverse: live.dataverse.id });',
    '',
  ),
  bug(
    'the base of another couple of rows is kept',
    `${PLANNER}/merge.ts`,
    'draft.coupleRows(live.fo.id, live.dataverse.id);',
    '',
  ),
  bug(
    'something is made on a side that was not read',
    `${PLANNER}/spread.ts`,
    'if (!isKnownAbsent(draft, target)) {',
    'if (false) {',
  ),
  bug(
    'something is made for a key that is held',
    `${PLANNER}/spread.ts`,
    'if (context.isKeyHeld) {',
    'if (false) {',
  ),
  bug('a row is deleted at any version', `${PLANNER}/bury.ts`, 'expects: row.version,', 'expects: null,'),
  bug(
    'a restored mapper numbers its writes from the beginning',
    `${PLANNER}/intents.ts`,
    'number: pair.epoch * INTENTS_PER_EPOCH + pair.nextIntent,',
    'number: pair.nextIntent,',
  ),
  bug('mended data does not lift a park', `${PLANNER}/parks.ts`, 'if (isMended) return false;', ''),
  bug(
    'the base holds the two sides the wrong way round',
    `${PLANNER}/learn.ts`,
    "draft.learn(field, intent.target === 'fo' ? { fo: to, dataverse: from } : { fo: from, dataverse: to });",
    "draft.learn(field, intent.target === 'fo' ? { fo: from, dataverse: to } : { fo: to, dataverse: from });",
  ),
  bug(
    'a life that is joined with an ended one lives on',
    `${PLANNER}/lives.ts`,
    'ended: left.ended || right.ended',
    'ended: left.ended && right.ended',
  ),
  bug(
    'what has no answer is not sent again',
    `${PLANNER}/planner.ts`,
    'for (const intent of pair.intents) send(draft, intent);',
    '',
  ),
  bug(
    'a pair with a history is swallowed by another',
    `${PLANNER}/hosting.ts`,
    'if (hasHistory(other)) return null;',
    '',
  ),
  // ---- register and executor ----
  bug(
    'a write that was overtaken by itself only is carried out',
    `${CORE}/attempts.ts`,
    'return write.intent <= (entry.last[write.pairId] ?? 0)',
    'return write.intent < (entry.last[write.pairId] ?? 0)',
  ),
  bug(
    'an attempt does not close the writes before it',
    `${CORE}/attempts.ts`,
    'Math.max(lastBefore ?? 0, write.intent)',
    'lastBefore ?? 0',
  ),
  bug(
    'a withdrawn attempt stays closed',
    `${CORE}/attempts.ts`,
    'last: attempt.lastBefore === null ? last : { ...last, [write.pairId]: attempt.lastBefore },',
    'last: entry.last,',
  ),
  bug(
    'a write of an older run is sent',
    `${CORE}/executor.ts`,
    'map !== null && write.runEpoch >= map.runEpoch && mapperEpochOf',
    'map !== null && mapperEpochOf',
  ),
  bug(
    'a write that a restored mapper has forgotten is sent',
    `${CORE}/executor.ts`,
    ' && mapperEpochOf(write.intent) >= (map.mapperEpoch ?? 0);',
    ';',
  ),
  bug(
    'a create is sent twice',
    `${CORE}/executor.ts`,
    "if (begun) return { do: 'answer', outcome: 'in-doubt' };",
    '',
  ),
  bug(
    'a create in doubt is looked for at once',
    `${CORE}/executor.ts`,
    'if (untilMs > facts.nowMs) return',
    'if (untilMs > facts.deadlineMs) return',
  ),
  bug(
    'a write planned on another register epoch is sent',
    `${CORE}/executor.ts`,
    "if (isOfOldRegister) return { do: 'answer', outcome: 'in-doubt' };",
    '',
  ),
  bug(
    'a register that may have forgotten marks says that a write was never begun',
    `${CORE}/executor.ts`,
    'write.registerEpoch >= (facts.marksFromEpoch ?? facts.registerEpoch)',
    'true',
  ),
  bug(
    'a mark that is put back opens a write that was settled',
    `${CORE}/with-begun.ts`,
    ' || intent <= last',
    '',
  ),
  bug(
    'a refusal after a second attempt is believed',
    `${CORE}/classify-answer.ts`,
    "attempt === 'again'\n        ?",
    'attempt === null\n        ?',
  ),
  bug(
    'an answer of unknown order is believed',
    `${CORE}/observe-answer.ts`,
    'BigInt(entry.revision.n) > BigInt(answer.sentAt)',
    'BigInt(answer.sentAt) < 0n',
  ),
  bug(
    'the end of the row before is not noted',
    `${CORE}/observe-answer.ts`,
    'if (row !== undefined && entry.row && entry.row.id !== row?.id) over.push(entry.row.id);',
    '',
  ),
  bug(
    'the row after our own delete is the row before',
    `${CORE}/observe-answer.ts`,
    'if (!register.hasIds && endedByUs && row) row = { ...row, id: freshId };',
    '',
  ),
  bug(
    'a restored register believes its backup',
    `${CORE}/restore-entry.ts`,
    "presence: 'unread', attempts: {}",
    'attempts: {}',
  ),
];

function bug(name: string, file: string, find: string, replace: string): Mutation {
  return { name, file, find, replace };
}
