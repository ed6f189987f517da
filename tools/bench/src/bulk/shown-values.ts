import { SIDES } from '@dualwrite/events';
import type { RunningStack } from '@dualwrite/e2e';
import { EDITED } from './bulk-customers';
import type { LiveEdit } from './live-edits';

/** Edited rows of which one side does not show what was written last. */
export async function staleRowCount(stack: RunningStack, edits: readonly LiveEdit[]): Promise<number> {
  const shown = new Map<string, unknown>();
  const numberOf = (text: unknown): number => Number(String(text).replace(/\D/g, ''));
  for (const row of await (await stack.sandbox('fo')).rows('CustomersV3'))
    shown.set(`fo ${numberOf(row['CustomerAccount'])}`, row[EDITED.fo]);
  for (const row of await (await stack.sandbox('dataverse')).rows('accounts'))
    shown.set(`dataverse ${numberOf(row['accountnumber'])}`, row[EDITED.dataverse]);
  const last = new Map(edits.map((edit) => [edit.number, edit.value]));
  return [...last].filter(([number, value]) => SIDES.some((side) => shown.get(`${side} ${number}`) !== value))
    .length;
}
