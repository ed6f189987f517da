import { DECIMAL_RANGE, INTEGER_RANGE } from '../column-ranges';
import { columnSchemaName } from '../names';
import type { ColumnDefinition, TableDefinition } from '../table-definition';
import { element, textElements, type XmlElement } from '../xml';
import { displayNames, localized } from './localized';
import { VERSION } from './version';

const SHOWN = 'ValidForAdvancedFind|ValidForForm|ValidForGrid';
/** A table is refused unless one of its columns says that it is the name. */
const SHOWN_AS_NAME = `PrimaryName|${SHOWN}|RequiredForForm`;
const NO_DEFAULT = -1;
const USER_LOCAL = 1;
const DATE_ONLY = 2;

/** The id that a table is made with. */
export function idXml(table: string): XmlElement {
  return attribute(`${table}id`, {
    type: 'primarykey',
    required: 'systemrequired',
    mask: SHOWN,
    ime: 'auto',
    isWritten: false,
    details: [],
  });
}

/** A column of a table; a lookup has its relationship besides. */
export function attributeXml(
  table: string,
  column: ColumnDefinition,
  made: TableDefinition | null,
): XmlElement {
  const isName = made !== null && made.primaryName === column.name;
  return attribute(columnSchemaName(column), {
    ...typeOf(table, column),
    required: 'none',
    mask: isName ? SHOWN_AS_NAME : SHOWN,
    isWritten: true,
  });
}

interface AttributeParts {
  readonly type: string;
  readonly required: string;
  readonly mask: string;
  readonly ime: string;
  /** Callers give its value; an id may be given by nobody but Dataverse, as far as the definition goes. */
  readonly isWritten: boolean;
  readonly details: readonly XmlElement[];
}

function attribute(schemaName: string, parts: AttributeParts): XmlElement {
  const name = schemaName.toLowerCase();
  const isWritten = parts.isWritten ? 1 : 0;
  const content = [
    ...textElements({
      Type: parts.type,
      Name: name,
      LogicalName: name,
      RequiredLevel: parts.required,
      DisplayMask: parts.mask,
      ImeMode: parts.ime,
      ValidForUpdateApi: isWritten,
      ValidForReadApi: 1,
      ValidForCreateApi: isWritten,
      IsCustomField: 1,
      IsAuditEnabled: 1,
      IsSecured: 0,
      IntroducedVersion: VERSION,
      IsCustomizable: 1,
      IsRenameable: 1,
      CanModifySearchSettings: 1,
      CanModifyRequirementLevelSettings: 1,
      CanModifyAdditionalSettings: 1,
      SourceType: 0,
      IsGlobalFilterEnabled: 0,
      IsSortableEnabled: 0,
    }),
    ...parts.details,
    displayNames(name),
  ];
  return element('attribute', content, { PhysicalName: schemaName });
}

function typeOf(
  table: string,
  { name, type, maxLength = 100, scale = 2, options = [] }: ColumnDefinition,
): Pick<AttributeParts, 'type' | 'ime' | 'details'> {
  switch (type) {
    case 'string':
      return {
        type: 'nvarchar',
        ime: 'auto',
        // Bytes: two for a character.
        details: textElements({ Format: 'text', MaxLength: maxLength, Length: 2 * maxLength }),
      };
    case 'integer':
      return numeric('int', { Format: 'none', ...INTEGER_RANGE });
    case 'bigint':
      return numeric('bigint', {});
    case 'decimal':
      return numeric('decimal', { ...DECIMAL_RANGE, Accuracy: scale });
    case 'boolean':
      return {
        type: 'bit',
        ime: 'auto',
        details: [
          ...textElements({ AppDefaultValue: 0 }),
          optionSet(table, name, 'bit', [
            { value: 1, label: 'Yes' },
            { value: 0, label: 'No' },
          ]),
        ],
      };
    case 'date':
      return moment('date', DATE_ONLY);
    case 'datetime':
      return moment('datetime', USER_LOCAL);
    case 'picklist':
      return {
        type: 'picklist',
        ime: 'auto',
        details: [
          ...textElements({ AppDefaultValue: NO_DEFAULT }),
          optionSet(table, name, 'picklist', options),
        ],
      };
    case 'lookup':
      return {
        type: 'lookup',
        ime: 'auto',
        details: [...textElements({ LookupStyle: 'single' }), element('LookupTypes')],
      };
  }
}

function numeric(
  type: string,
  texts: Readonly<Record<string, string | number>>,
): Pick<AttributeParts, 'type' | 'ime' | 'details'> {
  return { type, ime: 'disabled', details: textElements(texts) };
}

function moment(format: string, behavior: number): Pick<AttributeParts, 'type' | 'ime' | 'details'> {
  return {
    type: 'datetime',
    ime: 'inactive',
    details: textElements({ Format: format, CanChangeDateTimeBehavior: 1, Behavior: behavior }),
  };
}

/** Choices of this column alone. */
function optionSet(
  table: string,
  column: string,
  type: string,
  options: NonNullable<ColumnDefinition['options']>,
): XmlElement {
  return element(
    'optionset',
    [
      ...textElements({ OptionSetType: type, IsGlobal: 0, IntroducedVersion: VERSION, IsCustomizable: 1 }),
      displayNames(column),
      element(
        'options',
        options.map(({ value, label }) =>
          element('option', [localized('labels', 'label', label)], { value: String(value), IsHidden: '0' }),
        ),
      ),
    ],
    { Name: `${table}_${column}` },
  );
}
