import path from 'node:path';
import type { SideAdmin } from './control/side-admin';
import type { SideHost } from './http/side-host';
import type { RowStore } from './store/row-store';

/** One side, ready to be served. */
export interface System {
  readonly host: SideHost;
  readonly admin: SideAdmin;
  close(): void;
}

/** Where a side's options are kept over restarts. */
export function optionNotes<T>(store: RowStore): {
  read(): Partial<T> | undefined;
  write(given: Partial<T>): void;
} {
  return {
    read: () => store.readNote('options') as Partial<T> | undefined,
    write: (given) => store.note('options', given),
  };
}

export const SCHEMAS = path.resolve(__dirname, '../schemas');
