import type { Cell } from '@dualwrite/events';
import { keyText } from '@dualwrite/maps';

/** Value as it is compared in the index: both sides' databases compare keys without case and trailing blanks. */
export function normalized(value: Cell): string {
  return keyText(value) ?? '';
}

/** Company code as it is compared; empty: shared by all companies. */
export function normalizedCompany(company: string | null): string {
  return (company ?? '').toLowerCase();
}

export function valueNeedKey(table: string, column: string, value: Cell, company: string | null): string {
  return `${table}/${column}/${normalizedCompany(company)}/${normalized(value)}`;
}

export function rowNeedKey(table: string, nativeId: string): string {
  return `${table}/${nativeId.toLowerCase()}`;
}
