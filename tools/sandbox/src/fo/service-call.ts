import { padDecimal } from '../json/decimal';
import { ExactNumber, isObject, type JsonObject } from '../json/exact-json';
import type { ODataRequest } from '../odata/exchange';
import type { Cell, Row } from '../store/row';
import type { FoContext } from './fo-context';
import { companyOf } from './fo-user';

export interface ServiceCall {
  readonly context: FoContext;
  readonly request: ODataRequest;
  readonly input: JsonObject;
}

/** An X++ exception inside a service: 500 with a plain message. */
export class ServiceFailure extends Error {}

/** The members of the data contract, as text; the company is the caller's where it is left out. */
export function contract({ context, request, input }: ServiceCall): (name: string) => string {
  const given = input['_request'];
  if (!isObject(given)) throw new ServiceFailure("The parameter '_request' is missing.");
  return (name) => {
    const value = given[name];
    if (value === undefined || value === null)
      return name === 'DataAreaId' ? companyOf(context, request) : '';
    return value instanceof ExactNumber ? value.text : String(value);
  };
}

/** Rows of a set whose fields have these values; an empty value fits any. */
export function rowsWith(context: FoContext, set: string, wanted: Readonly<Record<string, string>>): Row[] {
  const table = context.catalog.findSet(set);
  if (!table) throw new ServiceFailure(`The entity ${set} is not there.`);
  const pairs = Object.entries(wanted).filter(([, value]) => value !== '');
  return context.store
    .table(table.name)
    .sorted.all()
    .filter(({ cells }) => pairs.every(([name, value]) => isSame(cells[name], value)));
}

function isSame(cell: Cell | undefined, value: string): boolean {
  return String(cell ?? '').toLowerCase() === value.toLowerCase();
}

/** Services write a real with at least one digit behind the point: `42.0`. */
export function real(value: Cell | undefined): ExactNumber {
  return new ExactNumber(padDecimal(String(value ?? '0'), 1));
}
