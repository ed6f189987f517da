import type { Cell, Cells, Side } from '@dualwrite/events';
import type { CompiledMap, ReferenceNeed } from '@dualwrite/maps';

const ENTRY_COUNT_MAX = 5_000;

interface SideMemo {
  /** Columns that were looked at so far; the others do not matter. */
  readonly columns: Set<string>;
  readonly needs: Map<string, readonly ReferenceNeed[]>;
}

/**
 * Which references a row needs, remembered by the cells that decide it: thousands of rows point at the same few. The
 * columns are found by watching; a row that equals another in all of them takes the same way through the same function.
 */
export class NeedsMemo {
  private readonly bySide: Readonly<Record<Side, SideMemo>> = { fo: emptyMemo(), dataverse: emptyMemo() };

  constructor(private readonly rules: Pick<CompiledMap, 'referencesNeeded'>) {}

  of(side: Side, cells: Cells): readonly ReferenceNeed[] {
    const memo = this.bySide[side];
    const known = memo.columns.size > 0 ? memo.needs.get(memoKey(memo, cells)) : undefined;
    if (known) return known;
    const before = memo.columns.size;
    const needs = this.rules.referencesNeeded(side, watched(cells, memo.columns));
    if (memo.columns.size !== before || memo.needs.size >= ENTRY_COUNT_MAX) memo.needs.clear();
    memo.needs.set(memoKey(memo, cells), needs);
    return needs;
  }
}

function emptyMemo(): SideMemo {
  return { columns: new Set(), needs: new Map() };
}

function memoKey({ columns }: SideMemo, cells: Cells): string {
  let key = '';
  for (const column of columns) {
    const cell = cells[column];
    // A type before each value, and an end that JSON texts of cells do not hold: two rows never share a key by chance.
    key += cell === undefined || cell === null ? '-\u0000' : `${typeof cell}${String(cell)}\u0000`;
  }
  return key;
}

function watched(cells: Cells, columns: Set<string>): Cells {
  return new Proxy(cells, {
    get(target, name): Cell | undefined {
      if (typeof name !== 'string') return undefined;
      columns.add(name);
      return target[name];
    },
  });
}
