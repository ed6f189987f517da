import type { Write } from '@dualwrite/events';
import type { Answer, AnsweredWrite, RegisterFacts } from '../observe-answer';
import { emptyEntry, type RegisterEntry, type SideRow } from '../register-entry';

export const DATAVERSE: RegisterFacts = { epoch: 1, nextN: '10', hasIds: true };
export const FO: RegisterFacts = { epoch: 1, nextN: '10', hasIds: false };

export function aRow(version: string, id: string | null = 'guid-1'): SideRow {
  return { id, version, cells: { name: version } };
}

export function anEntry(given: Partial<RegisterEntry> = {}): RegisterEntry {
  return {
    ...emptyEntry({ side: 'dataverse', table: 'account', nativeId: 'guid-1', epoch: 1 }),
    revision: { epoch: 1, n: '5' },
    presence: 'present',
    row: { id: 'guid-1', version: 'v1', cells: { name: 'v1' } },
    columnSet: 'c1',
    ...given,
  };
}

export function anFoEntry(given: Partial<RegisterEntry> = {}): RegisterEntry {
  const row = { id: 'usmf|1#1.2', version: 'v1', cells: { name: 'v1' } };
  return anEntry({ side: 'fo', table: 'CustomersV3', nativeId: 'usmf|1', row, ...given });
}

export function anAnswer(row: Answer['row'], given: Partial<Answer> = {}): Answer {
  return { sentAt: '9', row, columnSet: 'c1', ...given };
}

export function aWrite(given: Partial<Write> = {}): Write {
  return {
    id: 'pair:3',
    pairId: 'pair',
    intent: 3,
    map: 'customers',
    mapVersion: 1,
    runEpoch: 1,
    kind: 'update',
    side: 'dataverse',
    table: 'account',
    nativeId: 'guid-1',
    rowId: 'guid-1',
    expects: 'v1',
    patch: { name: 'new' },
    source: 'usmf|1#1.2',
    registerEpoch: 1,
    open: [3],
    plannedAt: '2024-05-01T08:00:00Z',
    ...given,
  };
}

export function aResult(write: Write, given: Partial<AnsweredWrite> = {}): AnsweredWrite {
  return { write, attempt: 'first', result: { outcome: 'applied' }, ...given };
}
