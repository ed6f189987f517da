import type { Side } from '@dualwrite/events';

export const OPERATIONS = ['create', 'update', 'delete'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** A fault of the sandboxes, and where it strikes. */
export interface MatrixFault {
  readonly name: string;
  /** `target`: our requests to the side that is written; `source`: what follows from the person's write. */
  readonly at: 'target' | 'source';
  /** @param textColumn where the struck side keeps the text */
  readonly effect: (textColumn: string) => Readonly<Record<string, unknown>>;
  /** Those that it can meet; all, if left out. */
  readonly operations?: readonly Operation[];
  /** What both sides show in the end, where it is not what the person has written. */
  readonly leaves?: string;
  /** Strikes the whole side until it is ended. */
  readonly isAway?: boolean;
  /**
   * One direction after the other: a side that is away cannot be the source of the other direction, and what a plug-in
   * writes would be struck again on its way back.
   */
  readonly isOneWayAtATime?: boolean;
  /** Rows that it sets aside until a person releases them; the others agree by themselves. */
  readonly parks?: {
    readonly reason: string;
    readonly isParked: (operation: Operation, target: Side) => boolean;
  };
}

const PLUG_IN_TEXT = 'written by a plug-in';

export const FAULTS: readonly MatrixFault[] = [
  { name: 'slow answer', at: 'target', effect: () => ({ latencyMs: 1_500 }) },
  { name: 'lost answer', at: 'target', effect: () => ({ loseAnswer: true }) },
  { name: '429, with Retry-After', at: 'target', effect: () => ({ status: 429, retryAfter: 1 }) },
  { name: '503, with Retry-After', at: 'target', effect: () => ({ status: 503, retryAfter: 1 }) },
  {
    name: '503, without a word',
    at: 'target',
    effect: () => ({ status: 503 }),
    // Dataverse always answers with a code, and its feed would name a deleted row (rule 19).
    parks: {
      reason: 'create-in-doubt',
      isParked: (operation, target) => operation === 'create' && target === 'fo',
    },
  },
  {
    name: 'data refused',
    at: 'target',
    effect: () => ({ status: 400 }),
    parks: { reason: 'rejected', isParked: () => true },
  },
  { name: 'side away', at: 'target', effect: () => ({ away: true }), isAway: true, isOneWayAtATime: true },
  { name: 'event dropped', at: 'source', effect: () => ({ dropEvent: true }) },
  { name: 'event late', at: 'source', effect: () => ({ delayEventMs: 1_000 }) },
  { name: 'event doubled', at: 'source', effect: () => ({ duplicateEvent: true }) },
  {
    // A moment after our write another user writes the row. Of a deleted row there is nothing left to write.
    name: 'plug-in edits',
    at: 'target',
    effect: (textColumn) => ({ pluginEdit: { [textColumn]: PLUG_IN_TEXT } }),
    operations: ['create', 'update'],
    leaves: PLUG_IN_TEXT,
    isOneWayAtATime: true,
  },
];

/** One fault, one operation and one direction that have ended in agreement, be it after a release. */
export interface Ending {
  readonly fault: string;
  readonly operation: Operation;
  /** Side that is written. */
  readonly target: Side;
  /** Why the row was parked before a person released it; null: both sides agreed by themselves. */
  readonly parkedAs: string | null;
}

const MARKS = {
  begin: '<!-- begin: fault matrix (FAULT_MATRIX=write, tools/e2e) -->',
  end: '<!-- end: fault matrix (FAULT_MATRIX=write, tools/e2e) -->',
};
const TARGETS: readonly { readonly side: Side; readonly name: string }[] = [
  { side: 'dataverse', name: 'Dataverse' },
  { side: 'fo', name: 'F&O' },
];

export function matrixTable(endings: readonly Ending[]): string {
  const columns = OPERATIONS.flatMap((operation) => TARGETS.map((target) => ({ operation, target })));
  const head = ['fault', ...columns.map(({ operation, target }) => `${operation} in ${target.name}`)];
  const rows = FAULTS.map(({ name, operations = OPERATIONS }) => [
    name,
    ...columns.map(({ operation, target }) => {
      if (!operations.includes(operation)) return '-';
      const found = endings.find(
        (one) => one.fault === name && one.operation === operation && one.target === target.side,
      );
      if (found === undefined) return '';
      return found.parkedAs === null ? 'agree' : `parks (\`${found.parkedAs}\`); released: agree`;
    }),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** docs/guarantees.md with the table put in. */
export function withMatrix(page: string, table: string): string {
  const begin = page.indexOf(MARKS.begin);
  const end = page.indexOf(MARKS.end);
  if (begin < 0 || end < begin)
    throw new Error(`docs/guarantees.md lacks the lines ${MARKS.begin} and ${MARKS.end}`);
  return `${page.slice(0, begin + MARKS.begin.length)}\n\n${table}\n\n${page.slice(end)}`;
}
