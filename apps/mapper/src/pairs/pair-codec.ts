import { SIDES, type Cell, type Cells, type Side } from '@dualwrite/events';
import { emptyPair, type FieldRule, type PairState, type Seen } from '@dualwrite/planner';
import { InvariantBroken } from '@dualwrite/telemetry';
import type { NameLists } from './name-lists';

type Columns = Pick<FieldRule, 'name' | 'column'>;
type BaseEntry = Readonly<Record<Side, Cell>>;
/** Cells by the number of their name list, or spelled out where the list has none. */
type StoredCells = readonly [list: number, values: readonly Cell[]] | Cells;
type StoredSeen = readonly [
  nativeId: string | null,
  epoch: number | null,
  n: string | null,
  presence: Seen['presence'],
  rowId?: string,
  version?: string,
  cells?: StoredCells,
];

/**
 * Form of a pair at rest. Names are numbers (see {@link NameLists}); of the base only what differs from the cells
 * on show is spelled out, for at rest base and cells agree. `pairId`, `key`, `verdict` and `mapVersion` are columns.
 */
export interface StoredPair {
  readonly fo: StoredSeen;
  readonly dv: StoredSeen;
  /** Fields of the base, and those whose values are not the ones on show. */
  readonly bf?: number | readonly string[];
  readonly bx?: Readonly<Record<string, readonly [fo: Cell, dataverse: Cell]>>;
  /** The other members, without those at their defaults. */
  readonly x: Partial<PairState>;
}

export interface PairColumns {
  readonly pairId: string;
  readonly key: string | null;
  readonly verdict: PairState['verdict'];
  readonly mapVersion: number;
}

/** Lists that have no number yet; {@link encodePair} uses one where there is one. */
export function nameListsOf(pair: PairState, lists: NameLists): (readonly string[])[] {
  const missing: (readonly string[])[] = [];
  for (const side of SIDES) {
    const { row } = pair.seen[side];
    if (row) addIfNew(missing, Object.keys(row.cells), lists);
  }
  addIfNew(missing, Object.keys(pair.base), lists);
  return missing;
}

function addIfNew(missing: (readonly string[])[], names: readonly string[], lists: NameLists): void {
  if (names.length > 0 && lists.idOf(names) === undefined) missing.push(names);
}

/** Numbers that {@link decodePair} needs to know. */
export function nameListIdsOf(stored: StoredPair): number[] {
  const ids = [stored.fo[6], stored.dv[6]].flatMap((cells) =>
    Array.isArray(cells) ? [cells[0] as number] : [],
  );
  return typeof stored.bf === 'number' ? [...ids, stored.bf] : ids;
}

export function encodePair(pair: PairState, fields: readonly Columns[], lists: NameLists): StoredPair {
  const { pairId: _1, key: _2, verdict: _3, mapVersion: _4, seen, base, ...rest } = pair;
  const names = Object.keys(base);
  const columns = columnsByField(fields);
  const exceptions: Record<string, readonly [Cell, Cell]> = {};
  for (const name of names) {
    const entry = base[name];
    if (entry && !isOnShow(entry, seen, columns.get(name))) exceptions[name] = [entry.fo, entry.dataverse];
  }
  return {
    fo: encodeSeen(seen.fo, lists),
    dv: encodeSeen(seen.dataverse, lists),
    ...(names.length > 0 ? { bf: lists.idOf(names) ?? names } : {}),
    ...(Object.keys(exceptions).length > 0 ? { bx: exceptions } : {}),
    x: withoutDefaults(rest),
  };
}

export function decodePair(
  stored: StoredPair,
  columns: PairColumns,
  fields: readonly Columns[],
  lists: NameLists,
): PairState {
  const seen = { fo: decodeSeen(stored.fo, lists), dataverse: decodeSeen(stored.dv, lists) };
  const names = typeof stored.bf === 'number' ? listOf(stored.bf, lists) : (stored.bf ?? []);
  const columnsOf = columnsByField(fields);
  const base: Record<string, BaseEntry> = {};
  for (const name of names) {
    const exception = stored.bx?.[name];
    if (exception) {
      base[name] = { fo: exception[0], dataverse: exception[1] };
      continue;
    }
    // A field that the map has lost since is lost from the base, too: nothing is planned by it.
    const column = columnsOf.get(name);
    if (column)
      base[name] = { fo: shown(seen.fo, column.fo), dataverse: shown(seen.dataverse, column.dataverse) };
  }
  return { ...DEFAULTS, ...stored.x, ...columns, seen, base } as PairState;
}

const {
  pairId: _id,
  key: _key,
  verdict: _verdict,
  mapVersion: _version,
  seen: _seen,
  base: _base,
  ...DEFAULTS
} = emptyPair({
  pairId: '',
  key: null,
  epoch: 1,
  mapVersion: 0,
});
const DEFAULT_TEXTS: ReadonlyMap<string, string> = new Map(
  Object.entries(DEFAULTS).map(([name, value]) => [name, JSON.stringify(value)]),
);

function withoutDefaults(rest: Partial<PairState>): Partial<PairState> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined && !isDefault(name, value)) kept[name] = value;
  }
  return kept as Partial<PairState>;
}

/** Defaults are short; whatever is not is told apart without being written out. */
function isDefault(name: string, value: unknown): boolean {
  if (value === (DEFAULTS as Partial<Record<string, unknown>>)[name]) return true;
  const text = DEFAULT_TEXTS.get(name);
  if (text === undefined || (Array.isArray(value) && value.length > 0)) return false;
  return JSON.stringify(value) === text;
}

function encodeSeen(seen: Seen, lists: NameLists): StoredSeen {
  const head = [
    seen.nativeId,
    seen.revision?.epoch ?? null,
    seen.revision?.n ?? null,
    seen.presence,
  ] as const;
  const { row } = seen;
  if (!row) return head;
  const names = Object.keys(row.cells);
  const list = lists.idOf(names);
  return [...head, row.id, row.version, list === undefined ? row.cells : [list, Object.values(row.cells)]];
}

function decodeSeen(stored: StoredSeen, lists: NameLists): Seen {
  const [nativeId, epoch, n, presence, id, version, cells] = stored;
  const revision = epoch === null || n === null ? null : { epoch, n };
  if (id === undefined || version === undefined || cells === undefined) {
    return { nativeId, revision, presence, row: null };
  }
  return { nativeId, revision, presence, row: { id, version, cells: decodeCells(cells, lists) } };
}

function decodeCells(stored: StoredCells, lists: NameLists): Cells {
  if (!isListed(stored)) return stored;
  const names = listOf(stored[0], lists);
  const cells: Record<string, Cell> = {};
  for (let i = 0; i < names.length; i += 1) cells[names[i] as string] = stored[1][i] ?? null;
  return cells;
}

function isListed(stored: StoredCells): stored is readonly [number, readonly Cell[]] {
  return Array.isArray(stored);
}

function listOf(id: number, lists: NameLists): readonly string[] {
  const names = lists.namesOf(id);
  if (!names)
    throw new InvariantBroken('a stored pair refers to a name list that is not loaded', { list: id });
  return names;
}

function isOnShow(entry: BaseEntry, seen: PairState['seen'], column: Columns['column'] | undefined): boolean {
  return (
    column !== undefined &&
    entry.fo === shown(seen.fo, column.fo) &&
    entry.dataverse === shown(seen.dataverse, column.dataverse)
  );
}

function shown(seen: Seen, column: string | null): Cell {
  return column === null ? null : (seen.row?.cells[column] ?? null);
}

const columnsCache = new WeakMap<readonly Columns[], ReadonlyMap<string, Columns['column']>>();

function columnsByField(fields: readonly Columns[]): ReadonlyMap<string, Columns['column']> {
  const known = columnsCache.get(fields);
  if (known) return known;
  const made = new Map(fields.map(({ name, column }) => [name, column]));
  columnsCache.set(fields, made);
  return made;
}
