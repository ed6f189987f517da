import type { DataverseTable } from '../edm/dataverse-table';
import { isObject, type Json, type JsonObject } from '../json/exact-json';
import { parsePath } from '../odata/path';
import type { Row } from '../store/row';
import type { Transaction } from '../store/transaction';
import { existing, resolveAddress } from './address';
import { SERVICE } from './bind';
import { collectionsOf, type Collection } from './collections';
import type { DataverseContext } from './dataverse-context';
import { badPayload, badUrl } from './dataverse-errors';
import { readPayload, type Changes, type Nested } from './payload';
import { changeMembership } from './references';
import { createRow, type Writer } from './row-writes';

const DEPTH_MAX = 10;

/**
 * A row with the related rows inside its body, in one unit: those that it looks up come first, those that look it up
 * after it.
 */
export function createDeep(
  context: DataverseContext,
  unit: Transaction,
  table: DataverseTable,
  body: JsonObject,
  writer: Writer,
): Row {
  return new DeepInsert(context, unit, writer).create(table, body, new Map(), 1);
}

class DeepInsert {
  constructor(
    private readonly context: DataverseContext,
    private readonly unit: Transaction,
    private readonly writer: Writer,
  ) {}

  create(table: DataverseTable, body: JsonObject, given: Changes, depth: number): Row {
    if (depth > DEPTH_MAX) badPayload(table, `Related rows nest deeper than ${DEPTH_MAX} levels.`);
    const nested: Nested[] = [];
    const changes = readPayload(this.context, table, body, nested);
    for (const [column, cell] of given) changes.set(column, cell);
    const lists = nested.filter((one) => !this.lookedUp(table, one, changes, depth));
    const row = createRow(this.context, this.unit, table, changes, this.writer);
    for (const one of lists) this.members(table, row, one, depth);
    return row;
  }

  /** Creates what a lookup of the row points to. */
  private lookedUp(
    table: DataverseTable,
    { name, value, isBound }: Nested,
    changes: Changes,
    depth: number,
  ): boolean {
    const navigation = isBound ? undefined : table.navigations.get(name);
    const target = navigation && this.context.catalog.get(navigation.target);
    if (!navigation || !target) return false;
    const row = this.create(target, objectOf(table, name, value), new Map(), depth + 1);
    changes.set(navigation.column, row.id);
    return true;
  }

  private members(table: DataverseTable, row: Row, { name, value, isBound }: Nested, depth: number): void {
    const collection = collectionsOf(this.context, table).get(name);
    if (!collection) return badPayload(table, `The property '${name}' is not a collection of related rows.`);
    if (!Array.isArray(value)) return badPayload(table, `The value of '${name}' is not an array.`);
    for (const item of value) {
      if (isBound) this.link(row, collection, this.bound(table, collection, item));
      else if (collection.kind === 'back')
        this.create(
          collection.table,
          objectOf(table, name, item),
          new Map([[collection.navigation.column, row.id]]),
          depth + 1,
        );
      else
        this.link(
          row,
          collection,
          this.create(collection.table, objectOf(table, name, item), new Map(), depth + 1),
        );
    }
  }

  private link(row: Row, collection: Collection, member: Row): void {
    const { caller } = this.writer;
    changeMembership(this.context, this.unit, { collection, row, member, isRemoval: false, caller });
  }

  private bound(table: DataverseTable, collection: Collection, url: Json): Row {
    if (typeof url !== 'string')
      return badPayload(table, `A value of '${collection.name}@odata.bind' is no URL.`);
    const [segment] = parsePath(url.replace(SERVICE, ''));
    if (!segment?.key || segment.name !== collection.table.set)
      return badUrl(`A row of '${collection.table.set}' was expected: '${url}'.`);
    return existing(resolveAddress(this.context, collection.table, segment.key));
  }
}

function objectOf(table: DataverseTable, name: string, value: Json): JsonObject {
  return isObject(value) ? value : badPayload(table, `The value of '${name}' is not an object.`);
}
