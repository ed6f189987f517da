import { ExactNumber, type Json, type JsonObject } from '../../json/exact-json';
import { notServed } from '../dataverse-errors';
import { badSolution } from './solution-file';
import { childOf, childrenOf, textOf, type XmlNode } from './xml-reader';

const DATE_ONLY = '2';
const LEVELS: Readonly<Record<string, string>> = {
  systemrequired: 'SystemRequired',
  required: 'ApplicationRequired',
  recommended: 'Recommended',
};
const TYPES: Readonly<Record<string, string>> = {
  nvarchar: 'String',
  ntext: 'Memo',
  int: 'Integer',
  bigint: 'BigInt',
  decimal: 'Decimal',
  float: 'Double',
  money: 'Money',
  bit: 'Boolean',
  datetime: 'DateTime',
  picklist: 'Picklist',
};

/** An `attribute` of `customizations.xml` in the form that the metadata Web API knows. */
export function attributeBody(attribute: XmlNode): JsonObject {
  const type = textOf(attribute, 'Type');
  const known = TYPES[type];
  if (known === undefined) return notServed(`columns of type '${type}' in a solution`);
  return {
    '@odata.type': `Microsoft.Dynamics.CRM.${known}AttributeMetadata`,
    ...sharedBody(attribute),
    ...detailsOf(attribute, type),
  };
}

/** What columns of all types have, lookups included. */
export function sharedBody(attribute: XmlNode): JsonObject {
  return {
    SchemaName: attribute.attributes['PhysicalName'] ?? '',
    DisplayName: labelOf(childOf(attribute, 'displaynames'), 'displayname'),
    RequiredLevel: { Value: LEVELS[textOf(attribute, 'RequiredLevel')] ?? 'None' },
  };
}

function detailsOf(attribute: XmlNode, type: string): JsonObject {
  switch (type) {
    case 'nvarchar':
    case 'ntext':
      return { MaxLength: maxLength(attribute) };
    case 'int':
    case 'bigint':
      return bounds(attribute);
    case 'decimal':
    case 'float':
    case 'money':
      return { ...bounds(attribute), Precision: Number(textOf(attribute, 'Accuracy')) };
    case 'datetime': {
      const isDate = textOf(attribute, 'Behavior') === DATE_ONLY;
      const format = textOf(attribute, 'Format');
      if (format !== 'date' && format !== 'datetime')
        return badSolution(`the format '${format}' is not valid for the datetime type column`);
      return { DateTimeBehavior: { Value: isDate ? 'DateOnly' : 'UserLocal' } };
    }
    case 'bit':
      return { OptionSet: bitOptions(attribute) };
    default:
      return { OptionSet: { Options: options(attribute) } };
  }
}

function maxLength(attribute: XmlNode): number {
  const length = Number(textOf(attribute, 'MaxLength'));
  return length > 0 ? length : badSolution('new string attributes must have a max length value');
}

function bounds(attribute: XmlNode): JsonObject {
  const [min, max] = [textOf(attribute, 'MinValue'), textOf(attribute, 'MaxValue')];
  return {
    ...(min === '' ? {} : { MinValue: new ExactNumber(min) }),
    ...(max === '' ? {} : { MaxValue: new ExactNumber(max) }),
  };
}

function bitOptions(attribute: XmlNode): JsonObject {
  const of = (value: number): Json =>
    options(attribute).find((option) => option['Value'] === value) ??
    badSolution(`a two-option column has no option ${value}`);
  return { TrueOption: of(1), FalseOption: of(0) };
}

function options(attribute: XmlNode): JsonObject[] {
  const set = childOf(attribute, 'optionset');
  if (!set) return badSolution(`the choice ${textOf(attribute, 'Name')} has no optionset of its own`);
  const expected = textOf(attribute, 'Type');
  if (textOf(set, 'OptionSetType') !== expected)
    return badSolution(`the optionset of ${textOf(attribute, 'Name')} is not of type ${expected}`);
  return childrenOf(childOf(set, 'options'), 'option').map((option) => ({
    Value: Number(option.attributes['value']),
    Label: labelOf(childOf(option, 'labels'), 'label'),
  }));
}

export function labelOf(list: XmlNode | undefined, name: string): JsonObject {
  return {
    LocalizedLabels: childrenOf(list, name).map(({ attributes }) => ({
      Label: attributes['description'] ?? '',
      LanguageCode: Number(attributes['languagecode']),
    })),
  };
}
