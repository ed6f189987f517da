import type { Side } from '@dualwrite/events';
import { isObject, parseLossless } from '@dualwrite/odata';
import { isLosslessNumber } from 'lossless-json';
import type { SaveKind } from '../calls/call-service';

/** A row that a side is about to save or delete, as it asks us before. */
export interface AskedSave {
  readonly kind: SaveKind;
  readonly side: Side;
  readonly table: string;
  /** Key or id of the row. */
  readonly row: string;
  /**
   * What changes: columns and values, as the side's OData shows them; numbers as they were written. `undefined`: a value
   * that is not understood. Of a new row all that it has, of a deleted one nothing.
   */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What the row holds until then, as far as the side says; in the same form. */
  readonly before: Readonly<Record<string, unknown>>;
}

/**
 * Why a body is no save that we can ask about. `not-asked-about`: another message than Create, Update and Delete;
 * `without-id`: the step comes before the new row has one.
 */
export type UnaskedSave = 'not-json' | 'not-a-save' | 'not-asked-about' | 'without-id' | 'without-values';

const KINDS: ReadonlyMap<unknown, SaveKind> = new Map([
  ['Create', 'create'],
  ['Update', 'update'],
  ['Delete', 'delete'],
]);
const NO_ID = '00000000-0000-0000-0000-000000000000';

const PAIR_COUNT_MAX = 2_000;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const DATE = /^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/;

/** The RemoteExecutionContext of a synchronous step of Dataverse. Of an update it holds what changes, in pairs; of a create what was given, and in a post image all. */
export function readContext(body: Uint8Array): AskedSave | UnaskedSave {
  const context = parsed(body);
  if (context === undefined) return 'not-json';
  if (!isObject(context)) return 'not-a-save';
  const { MessageName: message, PrimaryEntityName: table, PrimaryEntityId: id } = context;
  if (typeof table !== 'string' || !NAME.test(table) || typeof id !== 'string') return 'not-a-save';
  const kind = KINDS.get(message);
  if (kind === undefined) return 'not-asked-about';
  const row = id.toLowerCase();
  if (row === NO_ID) return 'without-id';
  if (kind === 'delete') return { kind, side: 'dataverse', table, row, fields: {}, before: {} };
  const target = pairsOf(context['InputParameters']).find(({ key }) => key === 'Target')?.value;
  if (!isObject(target)) return 'without-values';
  const [image] = pairsOf(context['PreEntityImages']);
  const before = attributesOf(image?.value);
  // What was given stands in the image, too; without one it is all that is known.
  const images = kind === 'create' ? pairsOf(context['PostEntityImages']) : [];
  const fields = Object.assign(
    {},
    ...images.map(({ value }) => attributesOf(value)),
    attributesOf(target),
  ) as AskedSave['fields'];
  return { kind, side: 'dataverse', table, row, fields, before };
}

function attributesOf(entity: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(entity)) return {};
  return Object.fromEntries(
    pairsOf(entity['Attributes']).flatMap(({ key, value }) => (NAME.test(key) ? [[key, plain(value)]] : [])),
  );
}

/**
 * What an F&O class posts: `{ "entity": "CustomersV3", "row": "usmf/US-001", "fields": { "CreditLimit": 100 } }`, with
 * `before` in the same form where it says what the row holds until then.
 */
export function readFoSave(body: Uint8Array): AskedSave | UnaskedSave {
  const save = parsed(body);
  if (save === undefined) return 'not-json';
  if (!isObject(save)) return 'not-a-save';
  const { entity, row, fields, before } = save;
  if (typeof entity !== 'string' || !NAME.test(entity) || typeof row !== 'string' || row === '')
    return 'not-a-save';
  if (!isObject(fields)) return 'without-values';
  return {
    kind: 'update',
    side: 'fo',
    table: entity,
    row,
    fields: firstOf(fields),
    before: isObject(before) ? firstOf(before) : {},
  };
}

function firstOf(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).slice(0, PAIR_COUNT_MAX));
}

function parsed(body: Uint8Array): unknown {
  try {
    return parseLossless(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // What is not JSON is an answer here, not a fault of ours.
    return undefined;
  }
}

/** A value of the context in the form in which OData shows it. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => scalar(plain(one))).join(',');
  if (typeof value === 'string') {
    const [, ms] = DATE.exec(value) ?? [];
    return ms === undefined ? value : dateText(Number(ms));
  }
  if (!isObject(value)) return value;
  if ('Value' in value) return value['Value'];
  const { Id: id, LogicalName: table } = value;
  return typeof id === 'string' && typeof table === 'string' ? { table, id } : undefined;
}

function scalar(value: unknown): string {
  if (isLosslessNumber(value)) return value.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The number is UTC; milliseconds that no date can hold are none. */
function dateText(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Dataverse writes dictionaries as arrays of pairs. */
function pairsOf(list: unknown): { key: string; value: unknown }[] {
  if (!Array.isArray(list)) return [];
  return list
    .slice(0, PAIR_COUNT_MAX)
    .flatMap((pair: unknown) =>
      isObject(pair) && typeof pair['key'] === 'string' ? [{ key: pair['key'], value: pair['value'] }] : [],
    );
}
