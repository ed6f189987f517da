import type { Draft } from './draft';

/**
 * What was agreed is wrong, for both sides still show it and say different things: these fields meet anew, by the policy
 * for first meetings (rule 16). Where one of the sides has changed since, that is an edit and goes its usual way.
 */
export function forgetAgreement(draft: Draft, fields: readonly string[]): void {
  const { fo, dataverse } = draft.pair.seen;
  if (fo.row === null || dataverse.row === null) return;
  for (const rule of draft.context.rules.fields) {
    const agreed = draft.pair.base[rule.name];
    if (agreed === undefined || !fields.includes(rule.name)) continue;
    if (rule.column.fo === null || rule.column.dataverse === null) continue;
    const isAtRest =
      rule.same('fo', fo.row.cells[rule.column.fo] ?? null, agreed.fo) &&
      rule.same('dataverse', dataverse.row.cells[rule.column.dataverse] ?? null, agreed.dataverse);
    if (isAtRest) draft.unlearn(rule.name);
  }
}
