import type { FoTable } from '../edm/fo-table';
import type { FoNavigationFile } from '../edm/schema-file';
import type { ODataRequest } from '../odata/exchange';
import type { Cell, Row } from '../store/row';
import { rowKey } from './entity-key';
import { isVisible, type FoContext } from './fo-context';
import { badRequest, notServed } from './fo-errors';
import { foProjection, renderFoRow } from './fo-projection';
import { metadataLevel } from './metadata-level';
import { splitOutside } from '../odata/split-outside';

/** Members that `$expand` adds to a row. */
export interface FoExpansion {
  readonly contextParts: readonly string[];
  tail(row: Row): string;
}

const ITEM = /^(\w+)(?:\((.*)\))?$/s;

/** One level only, with a `$select` of its own at most. */
export function foExpansion(
  context: FoContext,
  table: FoTable,
  request: ODataRequest,
): FoExpansion | undefined {
  const text = request.query.get('$expand');
  if (text === undefined || text.trim() === '') return undefined;
  const parts = splitOutside(text, ',').map((item) => expandPart(context, table, request, item.trim()));
  return {
    contextParts: parts.map(({ contextPart }) => contextPart),
    tail: (row) => parts.map(({ member }) => member(row)).join(''),
  };
}

interface Part {
  readonly contextPart: string;
  member(row: Row): string;
}

function expandPart(context: FoContext, table: FoTable, request: ODataRequest, item: string): Part {
  const [, name = '', inner = ''] = ITEM.exec(item) ?? [];
  const navigation = table.file.navigations?.find((one) => one.name === name);
  const target = navigation && context.catalog.findSet(navigation.set);
  if (!navigation || !target)
    return badRequest(
      `The query specified in the URI is not valid. Could not find a property named '${name || item}' on type 'Microsoft.Dynamics.DataEntities.${table.publicEntity}'.`,
    );
  const options = new Map(
    splitOutside(inner, ';')
      .filter((option) => option !== '')
      .map((option): [string, string] => {
        const at = option.indexOf('=');
        return [option.slice(0, at).trim(), option.slice(at + 1)];
      }),
  );
  if (options.has('$expand'))
    badRequest('The query specified in the URI is not valid. $expand has one level only.');
  for (const option of options.keys()) if (option !== '$select') notServed(`${option} inside $expand`);
  const projection = foProjection(target, options.get('$select'), metadataLevel(request));
  const render = (row: Row): string => renderFoRow(target, row, projection, { root: request.root });
  return {
    contextPart: `${name}(${options.get('$select') ?? ''})`,
    member: (row) => {
      const rows = related(context, { table, row }, navigation, target).filter((one) =>
        isVisible(context, target, one, request),
      );
      const value = navigation.isCollection
        ? `[${rows.map(render).join(',')}]`
        : rows[0] === undefined
          ? 'null'
          : render(rows[0]);
      return `,"${name}":${value}`;
    },
  };
}

/** Rows of the target with our values; within the company where both have one. */
function related(
  context: FoContext,
  from: { table: FoTable; row: Row },
  navigation: FoNavigationFile,
  target: FoTable,
): Row[] {
  const wanted = new Map<string, Cell | undefined>(
    Object.entries(navigation.fields).map(([own, other]) => [other, from.row.cells[own]]),
  );
  if (target.hasCompany && from.table.hasCompany && !wanted.has('dataAreaId'))
    wanted.set('dataAreaId', from.row.cells['dataAreaId']);
  const named = Object.entries(navigation.fields).filter(([own]) => own !== 'dataAreaId');
  // A reference that is empty points nowhere.
  if (named.every(([own]) => from.row.cells[own] === undefined)) return [];
  const store = context.store.table(target.name);
  if (target.keys.length === wanted.size && target.keys.every(({ name }) => wanted.has(name))) {
    const cells = Object.fromEntries(
      [...wanted].filter((pair): pair is [string, Cell] => pair[1] !== undefined),
    );
    const row = store.rows.get(rowKey(target, cells));
    return row ? [row] : [];
  }
  const fits = (row: Row): boolean =>
    [...wanted].every(([name, cell]) => text(row.cells[name]) === text(cell));
  return store.sorted.all().filter(fits);
}

const text = (cell: Cell | undefined): string => String(cell ?? '').toLowerCase();
