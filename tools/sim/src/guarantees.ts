import type { Invariant } from './check';
import { SAFEGUARDS, type SafeguardFact } from './safeguards';

/** A promise of docs/architecture.md, what attacks it in the simulator, and what holds it. */
interface Guarantee {
  readonly name: string;
  readonly promise: string;
  readonly attackedBy: string;
  /** How its breach shows in the simulator; none: attacked elsewhere, by the test that `attackedBy` names. */
  readonly invariants: readonly Invariant[];
  /** Whose removal must break the invariant; the first one is the quickest to show. */
  readonly safeguards: readonly string[];
}

export const GUARANTEES: readonly Guarantee[] = [
  {
    name: 'agreement',
    promise: 'at rest both sides agree on every mapped field, or the pair is parked',
    attackedBy: 'writes and topics lost, crashes between publish and store, a connector restored',
    invariants: ['agreement'],
    safeguards: ['re-drive', 'outbox', 'epoch'],
  },
  {
    name: 'no lost update',
    promise: 'a value on show was never one that somebody had seen and replaced',
    attackedBy: 'edits on both sides between look and write, answers out of order, lost answers',
    invariants: ['lost-update'],
    safeguards: ['base', 'pair-lock', 'intents', 'attempts', 'park-doubt'],
  },
  {
    name: 'no silent loss',
    promise: 'a value that nobody replaced is on show or in the journal',
    attackedBy: 'an edit while a write of ours is under way',
    invariants: ['silent-loss'],
    safeguards: ['if-match'],
  },
  {
    name: 'no resurrection',
    promise: 'a row deleted by a person stays deleted on both sides',
    attackedBy:
      'deletes, lost creates that arrive late, compaction before a lagging mapper, a mapper or connector restored',
    invariants: ['resurrection'],
    safeguards: [
      'tombstones',
      'keep-create-intents',
      'catch-up',
      'last-word',
      'settle-creates',
      'cumulative-gone',
    ],
  },
  {
    name: 'no unjust delete',
    promise: 'a delete of ours cites the end of a known row',
    attackedBy: 'keys that change while the row is looked for by its key',
    invariants: ['unjust-delete'],
    safeguards: ['confirm-by-id'],
  },
  {
    name: 'no twin',
    promise: 'no second row for one that is there but unread, filtered out or renamed',
    attackedBy: 'rows on both sides before anybody has looked, without a unique key',
    invariants: ['twin'],
    safeguards: ['covered'],
  },
  {
    name: 'no ping-pong',
    promise: 'writes of ours are at most the edits of others, times the sides',
    attackedBy: 'a server that shows every value in a form of its own',
    invariants: ['bounded-writes'],
    safeguards: ['admits'],
  },
  {
    name: 'accounting',
    promise: 'every pair is in exactly one class of the books',
    attackedBy: 'refused data, filters, parks',
    invariants: ['books'],
    safeguards: ['one-class'],
  },
  {
    name: 'order',
    promise: "per row, effects follow the order of the row's changes",
    attackedBy: 'pages and answers delivered late, twice and in another order',
    invariants: ['unjust-delete', 'lost-update'],
    safeguards: ['register-order'],
  },
  {
    name: 'nothing lost',
    promise: 'kill -9 at any point loses no change and doubles none, nor does a restored database',
    attackedBy: 'crashes of mapper, executor and register; each of their databases set back',
    invariants: ['agreement'],
    safeguards: ['outbox', 'epoch', 'recall'],
  },
  {
    name: 'pause',
    promise: 'nothing is written for a paused map once the pause is confirmed',
    attackedBy: 'pauses while writes are under way or stuck',
    invariants: ['paused-write'],
    safeguards: ['run-epoch'],
  },
  {
    name: 'isolation',
    promise: 'a bad row delays only itself',
    attackedBy:
      'not by the simulator, which has one row: `apps/mapper/src/mapper.int.spec.ts`, e2e `bad-input`',
    invariants: [],
    safeguards: [],
  },
];

/** A safeguard breaks what it says that it breaks, and what it is named for here is no other thing. */
export function safeguardsOf({ safeguards }: Guarantee): readonly SafeguardFact[] {
  return safeguards.map((name) => {
    const fact = SAFEGUARDS.find((known) => known.name === name);
    if (fact) return fact;
    throw new Error(`no safeguard is named ${name}`);
  });
}

export function guaranteesTable(): string {
  const rows = GUARANTEES.map((guarantee) => {
    const safeguards = safeguardsOf(guarantee).map(
      ({ name, scenario, seeds, about }) => `\`${name}\`: ${about}; \`${scenario}\`, ${String(seeds)} seeds`,
    );
    const { name, promise, attackedBy, invariants } = guarantee;
    const cells = [`**${name}**: ${promise}`, attackedBy, invariants.map((one) => `\`${one}\``).join(', ')];
    return `| ${[...cells, safeguards.join('<br>')].join(' | ')} |`;
  });
  return [
    '| guarantee | attacked by | invariant | safeguard whose removal breaks it; where, and within how many seeds |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
