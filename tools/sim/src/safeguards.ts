import type { Invariant } from './check';

/**
 * A part of the protocol that can be taken away, and where that must show: `scenario` has the faults that attack it,
 * `seeds` runs are enough to see it, whichever they are, and `breaks` is what breaks.
 */
export interface SafeguardFact {
  readonly name: string;
  readonly scenario: string;
  readonly seeds: number;
  readonly breaks: Invariant;
  readonly about: string;
}

export const SAFEGUARDS = [
  fact(
    'register-order',
    'edits',
    100,
    'unjust-delete',
    'answers of unknown order are read again (rules 1, 2)',
  ),
  fact('outbox', 'crashes', 4000, 'agreement', 'an observation is stored before it is published (rule 1)'),
  fact(
    'epoch',
    'dataverse-restored',
    1500,
    'agreement',
    'a restored store begins a new epoch (rules 12, 23, 24)',
  ),
  fact(
    'recall',
    'fo-restored+no-ids',
    10_000,
    'agreement',
    'a restored register reads what it had published (rule 23)',
  ),
  fact(
    'last-word',
    'fo-restored',
    12_000,
    'resurrection',
    'a connector that ends names what it has begun (rule 23)',
  ),
  fact(
    'catch-up',
    'mapper-restored',
    6000,
    'resurrection',
    'a restored mapper takes in its topics before it plans (rule 24)',
  ),
  fact('base', 'edits', 100, 'lost-update', 'what was agreed last is remembered per field (rule 15)'),
  fact('intents', 'edits', 600, 'lost-update', 'a write is remembered until it is answered (rule 14)'),
  fact('attempts', 'lost-answers', 600, 'lost-update', 'an attempt is marked before it is sent (rule 7)'),
  fact('if-match', 'edits', 60, 'silent-loss', 'a write says which version it expects (rule 9)'),
  fact('tombstones', 'deletes', 400, 'resurrection', 'ended ids stay ended (rules 5, 13)'),
  fact(
    'cumulative-gone',
    'compaction+ids',
    120_000,
    'resurrection',
    'every observation names all ended ids (rule 5)',
  ),
  fact(
    'covered',
    'start',
    4000,
    'twin',
    'nothing is created on a side whose rows were not all seen (rule 17)',
  ),
  fact('re-drive', 'chaos', 1500, 'agreement', 'what has no answer is sent again (rule 22)'),
  fact(
    'keep-create-intents',
    'late-creates',
    2500,
    'resurrection',
    'a write that was overtaken is void for ever (rule 7)',
  ),
  fact(
    'settle-creates',
    'late-creates',
    15_000,
    'resurrection',
    'a create in doubt waits out the deadline of its request (rule 9)',
  ),
  fact('pair-lock', 'edits', 300, 'lost-update', 'a pair is read and written under its lock (rule 14)'),
  fact(
    'park-doubt',
    'few-values',
    6000,
    'lost-update',
    'an update of which only some fields show is parked (rule 18)',
  ),
  fact('run-epoch', 'pause', 200, 'paused-write', 'writes of an older run are withheld (rule 12)'),
  fact('confirm-by-id', 'rename', 60, 'unjust-delete', 'a 404 under a key is no absence (rule 4)'),
  fact(
    'admits',
    'server-forms',
    30,
    'bounded-writes',
    "the server's form of what we wrote is agreed (rule 15)",
  ),
  fact(
    'one-class',
    'refusals',
    60,
    'books',
    'every examination ends in exactly one class, stored with the pair',
  ),
] as const;

export type Safeguard = (typeof SAFEGUARDS)[number]['name'];

export function isSafeguard(name: string): name is Safeguard {
  return SAFEGUARDS.some((known) => known.name === name);
}

function fact<Name extends string>(
  name: Name,
  scenario: string,
  seeds: number,
  breaks: Invariant,
  about: string,
): SafeguardFact & { readonly name: Name } {
  return { name, scenario, seeds, breaks, about };
}
