import type { DataverseColumn } from '../edm/dataverse-table';
import { padDecimal, roundDecimal } from '../json/decimal';
import type { Cell, Row } from '../store/row';
import type { DataverseContext } from './dataverse-context';

/** What a person in the United States is shown of a value: the `FormattedValue` annotation. */
export function formattedValue(
  context: DataverseContext,
  row: Row,
  column: DataverseColumn,
): string | undefined {
  const cell = row.cells[column.name];
  if (cell === undefined) return undefined;
  const { file, kind, type } = column;
  const labelOf = (wanted: Cell): string | undefined =>
    file.options?.find(({ value }) => String(value) === String(wanted))?.label;
  if (type === 'boolean')
    return file.options?.[cell === true ? 1 : 0]?.label ?? (cell === true ? 'Yes' : 'No');
  if (type === 'multiselectpicklist')
    return String(cell)
      .split(',')
      .map((value) => labelOf(value.trim()) ?? value)
      .join('; ');
  if (file.options && file.options.length > 0) return labelOf(cell);
  switch (kind) {
    case 'int32':
    case 'int64':
      return grouped(String(cell));
    case 'decimal':
    case 'double':
      return type === 'money'
        ? amount(context, row, String(cell))
        : fixed(String(cell), Math.min(column.precision ?? 2, 10));
    case 'date':
      return dateText(String(cell));
    case 'datetime':
      return `${dateText(String(cell))} ${timeText(String(cell))}`;
    default:
      return undefined;
  }
}

/** An amount is shown with the digits and the symbol of its currency. */
function amount(context: DataverseContext, row: Row, plain: string): string {
  const id = row.cells['transactioncurrencyid'];
  const currency =
    id === undefined ? undefined : context.store.table('transactioncurrency').rows.get(String(id));
  const digits = Number(currency?.cells['currencyprecision'] ?? 2);
  const symbol = String(currency?.cells['currencysymbol'] ?? '$');
  return plain.startsWith('-')
    ? `(${symbol}${fixed(plain.slice(1), digits)})`
    : `${symbol}${fixed(plain, digits)}`;
}

function fixed(plain: string, digits: number): string {
  return grouped(padDecimal(roundDecimal(plain, digits), digits));
}

function grouped(plain: string): string {
  const [whole = '', fraction] = plain.split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
}

function dateText(text: string): string {
  const [year, month, day] = text.slice(0, 10).split('-');
  return `${Number(month)}/${Number(day)}/${year}`;
}

function timeText(text: string): string {
  const hours = Number(text.slice(11, 13));
  return `${hours % 12 === 0 ? 12 : hours % 12}:${text.slice(14, 16)} ${hours < 12 ? 'AM' : 'PM'}`;
}
