import type { DataverseTable, Navigation } from '../edm/dataverse-table';
import type { Row } from '../store/row';
import { rowsOf, type DataverseContext } from './dataverse-context';

/** A collection-valued navigation property: the rows whose lookup points here, or the other end of an N:N. */
export type Collection =
  | {
      readonly kind: 'back';
      readonly name: string;
      readonly table: DataverseTable;
      readonly navigation: Navigation;
    }
  | {
      readonly kind: 'many';
      readonly name: string;
      readonly table: DataverseTable;
      /** Name of the store table that holds the pairs. */
      readonly intersect: string;
      /** Which of the pair is this end. */
      readonly end: 'one' | 'two';
    };

type ByName = ReadonlyMap<string, Collection>;

const known = new WeakMap<object, { revision: number; byTable: Map<string, Map<string, Collection>> }>();

/** Of one table, by the name in its URLs; worked out again when the schema changes. */
export function collectionsOf(context: DataverseContext, table: DataverseTable): ByName {
  const { catalog } = context;
  let found = known.get(catalog);
  if (found?.revision !== catalog.revision) {
    found = { revision: catalog.revision, byTable: build(context) };
    known.set(catalog, found);
  }
  return found.byTable.get(table.name) ?? new Map<string, Collection>();
}

function build({ catalog }: DataverseContext): Map<string, Map<string, Collection>> {
  const byTable = new Map<string, Map<string, Collection>>();
  const add = (owner: string, collection: Collection): void => {
    const names = byTable.get(owner) ?? new Map<string, Collection>();
    byTable.set(owner, names.set(collection.name, collection));
  };
  for (const table of catalog.all()) {
    for (const navigation of table.navigations.values())
      add(navigation.target, { kind: 'back', name: navigation.collectionName, table, navigation });
    for (const pair of table.manyToMany) {
      const other = catalog.get(pair.target);
      if (!other) continue;
      const { intersect } = pair;
      add(table.name, { kind: 'many', name: pair.ownName, table: other, intersect, end: 'one' });
      add(other.name, { kind: 'many', name: pair.targetName, table, intersect, end: 'two' });
    }
  }
  return byTable;
}

/**
 * Finds the rows behind a collection. The first question reads the other table once; what it finds serves the questions
 * of the same request after it.
 */
export class RelatedRowsIndex {
  private byOwner: Map<string, Row[]> | undefined;

  constructor(
    private readonly context: DataverseContext,
    private readonly collection: Collection,
  ) {}

  of(ownerId: string): readonly Row[] {
    return (this.byOwner ??= this.read()).get(ownerId) ?? [];
  }

  private read(): Map<string, Row[]> {
    const byOwner = new Map<string, Row[]>();
    const add = (owner: unknown, row: Row): void => {
      if (typeof owner !== 'string') return;
      const list = byOwner.get(owner);
      if (list) list.push(row);
      else byOwner.set(owner, [row]);
    };
    const { collection, context } = this;
    const rows = rowsOf(context, collection.table);
    if (collection.kind === 'back') {
      const { column } = collection.navigation;
      for (const row of rows.sorted.all()) add(row.cells[column.name], row);
    } else {
      const other = collection.end === 'one' ? 'two' : 'one';
      for (const { cells } of context.store.table(collection.intersect).sorted.all()) {
        const row = rows.rows.get(String(cells[other]));
        if (row) add(cells[collection.end], row);
      }
    }
    return byOwner;
  }
}
