import { randomUUID } from 'node:crypto';
import { HttpException } from '@nestjs/common';
import type { Cell, Cells, Side } from '@dualwrite/events';
import { compileMap } from '@dualwrite/maps';
import {
  fromWire,
  isPolymorphic,
  polymorphicCell,
  UnreadableValue,
  type Column,
  type TableSchema,
} from '@dualwrite/schemas';
import { counter, DependencyUnavailable, log, startChange } from '@dualwrite/telemetry';
import type { CallService, SaveKind } from '../calls/call-service';
import type { SchemaSource } from '../definition-checker';
import type { MapStore, StoredMap } from '../map-store';
import type { AskedSave } from './asked-save';
import { letThrough, unanswered, verdictOf, type SaveVerdict, type UnansweredSave } from './save-verdict';

export interface SaveServiceParts {
  readonly calls: Pick<CallService, 'call'>;
  readonly maps: Pick<MapStore, 'list'>;
  readonly schemas: SchemaSource;
}

/** A transaction of Dataverse lasts two minutes at most: by then the edit is there, or never will be. */
const SAVED_WITHIN_MS = 125_000;

const asked = counter('dualwrite.saves.asked', '{save}', 'Saves that asked before, by what they were told');

/** A side asks before it saves: every running map of the row has the other side take the edit first. */
export class SaveService {
  constructor(private readonly parts: SaveServiceParts) {}

  /** One map after the other: what the second one refuses, the first one's target gives back (it travels back). */
  async ask(save: AskedSave, { deadlineMs }: { deadlineMs: number }): Promise<SaveVerdict> {
    const endMs = Date.now() + deadlineMs;
    let verdict = letThrough('not-mapped', `No running map sends ${save.table}.`);
    for (const map of await this.parts.maps.list()) {
      if (map.run.desired !== 'running' || tableOf(map, save.side) !== save.table) continue;
      verdict = await this.askOne(map, save, endMs - Date.now());
      asked.add(1, { map: map.name, outcome: verdict.isLetThrough ? 'let-through' : 'refused' });
      if (!verdict.isLetThrough) break;
    }
    return verdict;
  }

  private async askOne(map: StoredMap, save: AskedSave, deadlineMs: number): Promise<SaveVerdict> {
    const policy = policyOf(map);
    if (deadlineMs <= 0)
      return unanswered(policy, { code: 'no-time', text: 'There was no time left to ask.' });
    try {
      const schema = await this.parts.schemas.find(save.side, save.table);
      if (schema === undefined) return letThrough('table-unknown', `${save.table} is not known.`);
      const cells = mappedCells(map, schema, save);
      if (cells instanceof UnreadableValue)
        return unanswered(policy, { code: cells.code, text: `${cells.message}.` });
      if (save.kind !== 'delete' && Object.keys(cells).length === 0)
        return letThrough('not-mapped', `${map.name} sends none of it.`);
      const answer = await this.parts.calls.call({
        map: map.name,
        kind: save.kind,
        id: randomUUID(),
        side: save.side,
        row: save.row,
        cells,
        saw: seenCells(schema, save, Object.keys(cells)),
        deadlineMs,
        onlyMapped: true,
        savedWithinMs: SAVED_WITHIN_MS,
        traceparent: startChange(),
      });
      return answer === null
        ? letThrough('nothing-travels', `${map.name} sends none of it.`)
        : verdictOf(answer, policy);
    } catch (error) {
      const status = error instanceof HttpException ? error.getStatus() : undefined;
      // A row that no pair knows has no partner that could object.
      if (status === 404) return letThrough('row-unknown', `${map.name} does not know the row yet.`);
      if (status === undefined && !(error instanceof DependencyUnavailable)) throw error;
      log.warn('save.not_asked', { map: map.name, table: save.table, error });
      return unanswered(policy, { code: 'not-asked', text: 'Dualwrite could not ask.' });
    }
  }
}

function tableOf({ definition: { spec } }: StoredMap, side: Side): string {
  return side === 'fo' ? spec.fo.entity : spec.dataverse.table;
}

function policyOf({ definition: { spec } }: StoredMap): UnansweredSave {
  return spec.policies?.unansweredSave ?? 'let-through';
}

/** Of what is saved, the columns that the map reads; the rest is none of our business, whatever it holds. */
function mappedCells(
  map: StoredMap,
  schema: TableSchema,
  { side, fields, kind }: AskedSave,
): Cells | UnreadableValue {
  const cells: Record<string, Cell> = {};
  for (const name of columnsRead(map, side, kind)) {
    const column = schema.columns.get(name);
    if (column === undefined) continue;
    if (!(name in fields)) {
      // A new row has nothing in the columns that were not given.
      if (kind === 'create') cells[name] = null;
      continue;
    }
    const cell = readCell(column, side, fields[name]);
    if (cell instanceof UnreadableValue) return cell;
    cells[name] = cell;
  }
  return cells;
}

/** What the side says of these columns as they are until then; what cannot be read is left out: nobody has to say it. */
function seenCells(schema: TableSchema, { side, before }: AskedSave, names: readonly string[]): Cells {
  const cells: Record<string, Cell> = {};
  for (const name of names) {
    const column = schema.columns.get(name);
    const cell = column && name in before ? readCell(column, side, before[name]) : undefined;
    if (cell !== undefined && !(cell instanceof UnreadableValue)) cells[name] = cell;
  }
  return cells;
}

function readCell(column: Column, side: Side, value: unknown): Cell | UnreadableValue {
  // Not an empty one: to take it for that would empty the column on the other side.
  if (value === undefined)
    return new UnreadableValue(`column ${column.name} holds a value of an unknown form`);
  try {
    if (!isReference(value)) return fromWire(column, side, column.type === 'date' ? dayOf(value) : value);
    const id = String(fromWire(column, side, value.id));
    return isPolymorphic(column) ? polymorphicCell({ table: value.table, id }) : id;
  } catch (error) {
    if (error instanceof UnreadableValue) return error;
    throw error;
  }
}

/** Of a new row also those that say whether the map serves it, and where it belongs. */
function columnsRead({ definition, version }: StoredMap, side: Side, kind: SaveKind): ReadonlySet<string> {
  if (kind === 'create') return new Set(compileMap(definition, version).columns(side));
  return new Set(definition.spec.fields.flatMap((field) => field[side]?.split('.', 1) ?? []));
}

function isReference(value: unknown): value is { readonly table: string; readonly id: string } {
  return typeof value === 'object' && value !== null && 'table' in value && 'id' in value;
}

function dayOf(value: unknown): unknown {
  return typeof value === 'string' ? value.slice(0, 'yyyy-mm-dd'.length) : value;
}
