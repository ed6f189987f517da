import { cellOfText } from '../edm/cell-parsing';
import type { Column } from '../edm/column';
import { compareCells } from '../odata/compare-cells';
import { BadQuery } from '../odata/exchange';
import { equalTo, type CellTest } from '../odata/filter';
import type { Literal } from '../odata/literal';
import type { Cell } from '../store/row';
import { notServed } from './dataverse-errors';
import { timeSpan } from './time-spans';
import { ROOT_UNIT } from './users';

export interface QueryFunctionWorld {
  readonly nowMs: number;
  /** systemuserid of who asks. */
  readonly user: string;
}

const PREFIX = 'Microsoft.Dynamics.CRM.';
/** There, but they need hierarchies, fiscal calendars or full text search. */
const LEFT_OUT =
  /Fiscal|Hierarchy|^(?:Above|Under|NotUnder|AboveOrEqual|UnderOrEqual|Contains|EqualUserTeams|EqualUserOrUserTeams|EqualUserLanguage|EqualRoleBusinessId)$/;

/** The query functions of Dataverse that compare one column with values, with now, or with who asks. */
export function queryFunction(
  column: Column,
  qualified: string,
  values: readonly Literal[],
  world: QueryFunctionWorld,
): CellTest | undefined {
  const name = qualified.slice(PREFIX.length);
  if (LEFT_OUT.test(name)) notServed(`the query function ${name}`);
  const cells = (): Cell[] => values.map((value) => cell(column, value));
  switch (name) {
    case 'In':
    case 'NotIn': {
      const tests = cells().map((wanted) => equalTo(column, wanted));
      const isIn: CellTest = (value) => tests.some((test) => test(value));
      return name === 'In' ? isIn : (value) => value !== null && !isIn(value);
    }
    case 'Between':
    case 'NotBetween': {
      const [low, high] = two(name, cells());
      const isBetween = (value: Cell): boolean =>
        compareCells(column, value, low) >= 0 && compareCells(column, value, high) <= 0;
      return (value) => value !== null && isBetween(value) === (name === 'Between');
    }
    case 'ContainValues':
    case 'DoesNotContainValues': {
      const wanted = values.map(({ text }) => text);
      const holds = (value: Cell | null): boolean => {
        const chosen = value === null ? [] : String(value).split(',');
        return wanted.some((one) => chosen.includes(one));
      };
      return (value) => holds(value) === (name === 'ContainValues');
    }
    case 'EqualUserId':
      return (value) => value === world.user;
    case 'NotEqualUserId':
      return (value) => value !== world.user;
    case 'EqualBusinessId':
      return (value) => value === ROOT_UNIT;
    case 'NotEqualBusinessId':
      return (value) => value !== ROOT_UNIT;
    default:
      return timeTest(name, values, world);
  }
}

function timeTest(
  name: string,
  values: readonly Literal[],
  { nowMs }: QueryFunctionWorld,
): CellTest | undefined {
  const span = timeSpan(name, values[0]?.text, nowMs);
  if (!span) return undefined;
  const { fromMs = -Infinity, toMs = Infinity, isInverted = false } = span;
  return (value) => {
    if (value === null) return false;
    const ms = Date.parse(String(value));
    return (ms >= fromMs && ms < toMs) !== isInverted;
  };
}

function cell(column: Column, literal: Literal): Cell {
  const found = cellOfText(column.kind, literal.text);
  if (found === undefined)
    throw new BadQuery(`The value '${literal.text}' does not fit the property '${column.property}'.`);
  return found;
}

function two(name: string, cells: readonly Cell[]): [Cell, Cell] {
  const [low, high] = cells;
  if (low === undefined || high === undefined || cells.length > 2)
    throw new BadQuery(`The function '${name}' takes two values.`);
  return [low, high];
}
