import type { JsonObject } from '../json/exact-json';

/** What the control calls can do to one side. */
export interface SideAdmin {
  putSchema(tables: readonly unknown[]): string[];
  schema(): readonly unknown[];
  /** Full read form of every row, one JSON text each; undefined for an unknown table. */
  rows(name: string): Iterable<string> | undefined;
  /** @returns how many; undefined for an unknown table. @throws Refusal when `asUser` and a row is refused */
  loadRows(name: string, rows: readonly JsonObject[], how: { asUser: boolean }): number | undefined;
  deleteRows(name: string): number | undefined;
  options(): Record<string, unknown>;
  setOptions(values: Record<string, unknown>): string | undefined;
  /** Back to how it was after the first start: rows, schemas, options. */
  reset(): void;
  status(): Record<string, unknown>;
  /** Calls that only this side has, the path after `/_sandbox/`; undefined = no such call. @throws BadQuery */
  call?(method: string, path: string, body: string): unknown;
}
