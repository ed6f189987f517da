import type { Cell, Cells } from '@dualwrite/events';
import type { References } from '@dualwrite/planner';
import type { MadeRows } from './made-rows';
import { rowNeedKey, valueNeedKey } from './reference-query';

/** The part of the reference index that was read for one batch. */
export class KnownReferences implements References {
  private readonly ids = new Map<string, string | undefined>();
  private readonly rows = new Map<string, Cells | undefined>();

  /** @param made rows that are about to be there, and are in no index yet */
  constructor(private readonly made?: MadeRows) {}

  hasAsked(needKey: string): boolean {
    return this.ids.has(needKey) || this.rows.has(needKey);
  }

  learnId(needKey: string, nativeId: string | undefined): void {
    this.ids.set(needKey, nativeId);
  }

  learnRow(needKey: string, cells: Cells | undefined): void {
    this.rows.set(needKey, cells);
  }

  idOf(table: string, column: string, value: Cell, company: string | null): string | undefined {
    const known = this.ids.get(valueNeedKey(table, column, value, company));
    return known ?? this.made?.idOf(table, column, value, company);
  }

  valueOf(table: string, column: string, nativeId: string): Cell | undefined {
    const known = this.rows.get(rowNeedKey(table, nativeId))?.[column];
    return known ?? this.made?.valueOf(table, column, nativeId);
  }
}
