import type { DataverseColumnFile } from '../../edm/schema-file';
import { ExactNumber, isObject, type Json, type JsonObject } from '../../json/exact-json';
import { refuse } from '../dataverse-errors';

const TYPES: Record<string, DataverseColumnFile['type']> = {
  StringAttributeMetadata: 'string',
  MemoAttributeMetadata: 'memo',
  IntegerAttributeMetadata: 'integer',
  BigIntAttributeMetadata: 'bigint',
  DecimalAttributeMetadata: 'decimal',
  DoubleAttributeMetadata: 'double',
  MoneyAttributeMetadata: 'money',
  BooleanAttributeMetadata: 'boolean',
  DateTimeAttributeMetadata: 'datetime',
  PicklistAttributeMetadata: 'picklist',
  MultiSelectPicklistAttributeMetadata: 'multiselectpicklist',
  UniqueIdentifierAttributeMetadata: 'uniqueidentifier',
};
const LEVELS: Record<string, string> = {
  SystemRequired: 'systemrequired',
  ApplicationRequired: 'required',
  Recommended: 'recommended',
};
/** Custom names carry their publisher's prefix. */
const CUSTOM_NAME = /^[A-Za-z][A-Za-z0-9]{1,7}_\w+$/;

export type OptionList = { value: number; label?: string }[];

/** Finds the options of a global choice by what `GlobalOptionSet@odata.bind` says. */
export type GlobalOptions = (url: string) => OptionList;

export function customName(body: JsonObject): string {
  const name = body['SchemaName'];
  if (typeof name !== 'string' || !CUSTOM_NAME.test(name))
    return invalid(
      `The schema name '${String(name)}' is not valid: a publisher's prefix, '_', then letters, digits, '_'.`,
    );
  return name;
}

/** An AttributeMetadata as a column of a table's description. */
export function columnFileOf(body: JsonObject, globalOptions: GlobalOptions): DataverseColumnFile {
  const schemaName = customName(body);
  const odataType = String(body['@odata.type'] ?? '').replace(/^#?Microsoft\.Dynamics\.CRM\./, '');
  if (odataType === 'LookupAttributeMetadata')
    return invalid(
      `A lookup is made together with its relationship, by RelationshipDefinitions: '${schemaName}'.`,
    );
  const type = TYPES[odataType];
  if (!type) return invalid(`The attribute type '${odataType}' of '${schemaName}' is not known.`);
  const behavior = memberText(body['DateTimeBehavior'], 'Value');
  return {
    name: schemaName.toLowerCase(),
    type: type === 'datetime' && behavior === 'DateOnly' ? 'dateonly' : type,
    schemaName,
    ...details(body, globalOptions),
  };
}

/** What can also be changed later. */
export function details(body: JsonObject, globalOptions: GlobalOptions): Partial<DataverseColumnFile> {
  const displayName = labelText(body['DisplayName']);
  const level = LEVELS[memberText(body['RequiredLevel'], 'Value') ?? ''];
  const options = optionsOf(body, globalOptions);
  return {
    ...numbers(body),
    ...(displayName === undefined ? {} : { displayName }),
    ...(level === undefined ? {} : { requiredLevel: level }),
    ...(options === undefined ? {} : { options }),
  };
}

function numbers(body: JsonObject): Partial<DataverseColumnFile> {
  const found: Partial<DataverseColumnFile> = {};
  const maxLength = body['MaxLength'];
  const precision = body['Precision'];
  if (typeof maxLength === 'number') found.maxLength = maxLength;
  if (typeof precision === 'number') found.precision = precision;
  const [min, max] = [bound(body['MinValue']), bound(body['MaxValue'])];
  if (min !== undefined) found.min = min;
  if (max !== undefined) found.max = max;
  return found;
}

function bound(value: Json | undefined): string | undefined {
  if (value instanceof ExactNumber) return value.text;
  return typeof value === 'number' ? String(value) : undefined;
}

function optionsOf(body: JsonObject, globalOptions: GlobalOptions): OptionList | undefined {
  const bind = body['GlobalOptionSet@odata.bind'];
  if (typeof bind === 'string') return globalOptions(bind);
  const set = body['OptionSet'];
  if (!isObject(set)) return undefined;
  if (isObject(set['TrueOption']) && isObject(set['FalseOption']))
    return [optionOf(set['FalseOption'], 0), optionOf(set['TrueOption'], 1)];
  return optionList(set['Options']);
}

export function optionList(options: Json | undefined): OptionList | undefined {
  if (!Array.isArray(options)) return undefined;
  return options.map((one, index) =>
    isObject(one) ? optionOf(one, index) : invalid('An option is no object.'),
  );
}

function optionOf(option: JsonObject, index: number): OptionList[number] {
  const label = labelText(option['Label']);
  const value = option['Value'];
  return { value: typeof value === 'number' ? value : index, ...(label === undefined ? {} : { label }) };
}

/** The text of a Label, in the first language that it has. */
export function labelText(label: Json | undefined): string | undefined {
  if (label === undefined || !isObject(label)) return undefined;
  const list = label['LocalizedLabels'];
  const first = Array.isArray(list) ? list[0] : label['UserLocalizedLabel'];
  return first !== undefined && isObject(first) && typeof first['Label'] === 'string'
    ? first['Label']
    : undefined;
}

export function memberText(value: Json | undefined, name: string): string | undefined {
  const member = value !== undefined && isObject(value) ? value[name] : undefined;
  return typeof member === 'string' ? member : undefined;
}

export function invalid(message: string): never {
  return refuse(400, '0x80040203', message);
}
