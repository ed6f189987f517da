import type { RowEvent } from './api';

/** Code and words of an event; the names of its fields where it has neither. */
export function detail(event: RowEvent): string {
  const words = [event.code, event.text].filter((part): part is string => part !== null && part !== '');
  return words.length > 0 ? words.join(': ') : event.fields.map((field) => field.field).join(', ');
}
