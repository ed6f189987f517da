import { randomUUID } from 'node:crypto';
import type { FoField, FoTable } from '../../edm/fo-table';
import { idOf } from '../../http/token-server';
import { ExactNumber, writeExact, type Json, type JsonObject } from '../../json/exact-json';
import type { Cell, Row } from '../../store/row';

const LOWEST_INT64 = '-9223372036854775808';

export interface BusinessEventFacts {
  /** Class name. */
  readonly event: string;
  readonly company: string;
  /** Rises, with gaps; 64 bits. */
  readonly controlNumber: string;
  readonly nowMs: number;
  readonly caller: string;
  /** Members of the contract by their names. */
  readonly members: JsonObject;
}

/** One flat object: the contract stands amid the envelope. */
export function businessEvent({
  event,
  company,
  controlNumber,
  nowMs,
  caller,
  members,
}: BusinessEventFacts): string {
  return writeExact({
    BusinessEventId: event,
    BusinessEventLegalEntity: company,
    ContextRecordSubject: '',
    ControlNumber: new ExactNumber(controlNumber),
    EventId: randomUUID().toUpperCase(),
    EventTime: `/Date(${nowMs})/`,
    EventTimeIso8601: new Date(nowMs).toISOString().replace('Z', '0000Z'),
    InitiatingUserAADObjectId: `{${idOf(`user:${caller}`).toUpperCase()}}`,
    ...members,
    MajorVersion: 0,
    MinorVersion: 0,
    ParentContextRecordSubjects: [],
  });
}

/** What a new endpoint gets at once: to be answered with 2xx and ignored. */
export function testMessage(company: string): string {
  return writeExact({
    BusinessEventId: 'BusinessEventsTestEndpointContract',
    BusinessEventLegalEntity: company,
    ContextRecordSubject: '',
    ControlNumber: new ExactNumber(LOWEST_INT64),
    EventId: randomUUID().toUpperCase(),
    EventTime: `/Date(${Date.UTC(1900, 0, 1)})/`,
    MajorVersion: 0,
    MinorVersion: 0,
  });
}

/** Contract members from columns of the row; keys, never record ids. */
export function contractMembers(
  table: FoTable,
  row: Row,
  contract: Readonly<Record<string, string>>,
): JsonObject {
  const members = Object.entries(contract).flatMap(([name, column]): [string, Json][] => {
    const field = table.byName.get(column);
    return field ? [[name, memberOf(field, row.cells[column] ?? (field.empty as Cell))]] : [];
  });
  return Object.fromEntries(members);
}

function memberOf(field: FoField, cell: Cell): Json {
  switch (field.kind) {
    case 'date':
      return `/Date(${Date.parse(`${cell}T00:00:00Z`)})/`;
    case 'datetime':
      return `/Date(${Date.parse(String(cell))})/`;
    case 'decimal':
    case 'int64':
      return new ExactNumber(String(cell));
    default:
      return cell;
  }
}
