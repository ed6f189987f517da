/**
 * A part of the protocol that can be taken away, and where that must show: `scenario` names the faults that attack it,
 * `seeds` how many runs are enough to see it, whichever they are.
 */
export interface SafeguardFact {
  readonly name: string;
  readonly scenario: string;
  readonly seeds: number;
  readonly about: string;
}

export const SAFEGUARDS = [
  fact('register-order', 'edits', 200, 'answers of unknown order are read again (rules 1, 2)'),
  fact('outbox', 'crashes', 10000, 'an observation is stored before it is published (rule 1)'),
  fact('epoch', 'dataverse-restored', 2000, 'a restored store begins a new epoch (rules 12, 23, 24)'),
  fact('recall', 'fo-restored+no-ids', 20000, 'a restored register reads what it had published (rule 23)'),
  fact(
    'catch-up',
    'mapper-restored',
    20000,
    'a restored mapper takes in its topics before it plans (rule 24)',
  ),
  fact('base', 'edits', 200, 'what was agreed last is remembered per field (rule 15)'),
  fact('intents', 'edits', 2000, 'a write is remembered until it is answered (rule 14)'),
  fact('attempts', 'lost-answers', 2000, 'an attempt is marked before it is sent (rule 7)'),
  fact('if-match', 'edits', 200, 'a write says which version it expects (rule 9)'),
  fact('tombstones', 'deletes', 200, 'ended ids stay ended (rules 5, 13)'),
  fact('cumulative-gone', 'compaction+ids', 50000, 'every observation names all ended ids (rule 5)'),
  fact(
    'unnamed-deletes',
    'few-values+deletes',
    100000,
    'a delete told without its row makes a lost create doubtful (rule 19)',
  ),
  fact('covered', 'start', 2000, 'nothing is created on a side whose rows were not all seen (rule 17)'),
  fact('re-drive', 'chaos', 2000, 'what has no answer is sent again (rule 22)'),
  fact('keep-create-intents', 'late-creates', 5000, 'a write that was overtaken is void for ever (rule 7)'),
  fact(
    'settle-creates',
    'late-creates',
    20000,
    'a create in doubt waits out the deadline of its request (rule 9)',
  ),
  fact('pair-lock', 'edits', 200, 'a pair is read and written under its lock (rule 14)'),
  fact('park-doubt', 'few-values', 20000, 'an update of which only some fields show is parked (rule 18)'),
  fact('run-epoch', 'pause', 500, 'writes of an older run are withheld (rule 12)'),
  fact('confirm-by-id', 'rename', 200, 'a 404 under a key is no absence (rule 4)'),
  fact('admits', 'server-forms', 200, "the server's form of what we wrote is agreed (rule 15)"),
] as const;

export type Safeguard = (typeof SAFEGUARDS)[number]['name'];

export function isSafeguard(name: string): name is Safeguard {
  return SAFEGUARDS.some((known) => known.name === name);
}

function fact<Name extends string>(
  name: Name,
  scenario: string,
  seeds: number,
  about: string,
): SafeguardFact & { readonly name: Name } {
  return { name, scenario, seeds, about };
}
